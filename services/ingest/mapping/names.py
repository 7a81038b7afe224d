"""What tables call our fields beyond `parse.synonyms`: an archive's columns keep the meaning that the rules give them.

Written folded (`headers.folded`), the better name first: of two columns that fill alike it gets the field.
"""

from ringback.events import Entity

#: Names that say a field better than its own does, where both stand in one header: Outlook's `Title` is Mr. or Ms.
BETTER: dict[Entity, dict[str, tuple[str, ...]]] = {
    "contacts": {"title": ("jobtitle", "organizationtitle", "organization1title", "position", "occupation")},
    "conversations": {},
    "messages": {},
    "calls": {},
}

NAMES: dict[Entity, dict[str, str]] = {
    "contacts": {
        "external_contact_id": "contactid18 personid leadid customerid subscriberid memberid clientid userid "
        "contactuuid externalcontactid crmid recordno",
        "first_name": "firstnames firstnamegiven namefirst namegiven christianname primarycontactfirstname "
        "contactfirstname billingfirstname customerfirstname clientfirstname",
        "last_name": "lastnames namelast namefamily secondname primarycontactlastname contactlastname "
        "billinglastname customerlastname clientlastname",
        "name": "customername clientname leadname membername personname primarycontactname nameformatted fullnames "
        "completename contactfullname",
        "phone": "phonenumbers phones phonenumber1 phone1value phonevalue mobile1 mobilephone1 mobilephonenumber "
        "phonemobile mobiletel mobiletelephone cellphonenumber phonecell iphone primaryphonenumber phoneprimary "
        "phonemain mainphonenumber mainnumber customerphone customerphonenumber clientphone leadphone "
        "primarycontactphone primarycontactprimaryphone contactmobile contactcell smsphonenumber smsphone smsnumber "
        "smsmobile phonee164 whatsappnumber whatsapp# textnumber preferredphone bestphone telephone1 tel1 telno "
        "defaultphonenumber",
        "phone_2": "phone2value phonenumber2 workphonenumber businessphone businessphonenumber businessphone1 "
        "officephone officenumber directphone directdial phonework phonebusiness phoneoffice workdirectphone "
        "homephonenumber homenumber phonehome hometelephone worktelephone landline landlinenumber fixedline phoneother "
        "otherphonenumber mobile2 mobilephone2 cell2 cellphone2 telephone2 tel2 daytimephone eveningphone phone3 "
        "phone3value phone4 phone4value homephone2 businessphone2 workphone2 carphone defaultaddressphone "
        "billingphone shippingphone altnumber alternatenumber alternatephonenumber secondarynumber",
        "email": "emails emailvalue email1value emailaddress1 email1address primaryemailaddress emailprimary "
        "preferredemail contactemail contactemailaddress personalemail emailpersonal workemail emailwork "
        "businessemail businessemailaddress emailbusiness homeemail emailhome emailoffice customeremail clientemail "
        "leademail billingemail primarycontactemail primarycontactprimaryemail useremail otheremail emailother email2 "
        "email2value email2address emailaddress2 secondaryemail alternateemail email3 email3value email3address "
        "workemailaddress",
        "company": "companyname accounts organizationname organisationname organization1name companyororganization "
        "companyorganization companyaccount accountcompany associatedcompany primarycompany primaryassociatedcompany "
        "defaultaddresscompany billingcompany employername businessnames practice firm firmname agency",
        "title": "jobtitle organizationtitle organization1title occupation contacttitle jobposition jobrole function "
        "profession",
        "status": "lifecyclestage contactstage customerstatus memberstatus subscriptionstatus",
        "lead_source": "sourcename originalsource originaltrafficsource leadsources contactsource howdidyouhearaboutus "
        "acquisitionsource utmsource",
        "lead_status": "statusoflead leadstate leadstatusname",
        "opt_in_through": "optinvia consentsource",
        "tags": "contacttags categories category labelnames groupmembership tagnames keyword",
        "list": "emaillists contactlist contactlists listnames segments",
    },
    "conversations": {
        "external_conversation_id": "conversationsid chatid",
        "contact_phone": "participantphones participantnumbers participantphone contactphones externalnumber "
        "customerphonenumber clientphone clientnumber remotenumber",
        "our_number": "phonenumberinbox quonumber openphonenumber workspacenumber ourphonenumber localnumber "
        "proxynumber",
        "started_at": "datecreated createdtime createddate",
        "last_message_at": "lastmessagesentat lastmessagedatetime dateupdated",
        "status": "conversationstate",
        "name": "conversationtitle friendlyname",
    },
    "messages": {
        "external_message_id": "smssid smsid messageuuid msgid",
        "external_conversation_id": "conversationsid chatid",
        "from": "sentfrom fromaddress senderid sendernumberphone",
        "to": "sentto toaddress sentonumber receivernumber",
        "direction": "type messagetype smsdirection inboundoutbound",
        "body": "conversationbody messagecontents contents sendtext smstext textmessage",
        "sent_at": "sentdateutc datesentutc sentatutc messagesentat timesent sendtime receivedat datecreated "
        "createdtime createddate dateandtime",
        "status": "messagestate smsstatus",
        "media_urls": "mediaurls media_url mediaurl0 attachmentslinks attachmentlinks",
    },
    "calls": {
        "external_call_id": "calluuid callsessionid",
        "external_conversation_id": "conversationsid",
        "from": "callfrom callernumberphone fromaddress sourcenumber",
        "to": "callto calledparty toaddress destinationnumber",
        "direction": "type calltype inboundoutbound",
        "started_at": "callstart callstarttime callstartedat startdatetime datecreated createdtime createddate "
        "dateandtime",
        "answered_at": "callanswered answereddate connecttime",
        "ended_at": "callend callendtime callendedat enddatetime finishtime",
        "duration_seconds": "durationseconds callseconds billsec durationsecond",
        "status": "callresult callstate callstatusname",
        "recording_url": "recordingurl recordinglinks recordingsurl callrecordingurl",
        "voicemail_url": "voicemailurls",
        "transcript": "calltranscription transcripttext",
        "summary": "callnotesummary",
    },
}
