"""What other systems call our columns. Written folded: `columns.fold` of each is itself."""

from ringback.events import Entity

SYNONYMS: dict[Entity, dict[str, str]] = {
    "contacts": {
        "external_contact_id": "id contactid externalid customerid personid leadid uuid recordid",
        "first_name": "first firstname givenname forename fname vorname prénom nombre nome",
        "last_name": "last lastname surname familyname lname nachname nomdefamille apellido apellidos cognome",
        "name": "fullname displayname contactname contact contactfullname vollständigername",
        "phone": "phonenumber phone1 phone# phoneno primaryphone mainphone mobile mobilephone mobilenumber mobileno "
        "cell cellphone cellnumber cellular telephone telephonenumber tel number contactphone contactnumber msisdn "
        "telefon telefonnummer handy téléphone teléfono telefono celular whatsapp",
        "phone_2": "phone2 phonenumber2 secondaryphone secondphone alternatephone altphone otherphone homephone "
        "workphone",
        "email": "emailaddress mail primaryemail email1 emailid courriel correo correoelectrónico",
        "company": "companyname organization organisation org business businessname account accountname employer "
        "firma unternehmen entreprise empresa",
        "title": "jobtitle position role",
        "address_line_1": "address address1 street streetaddress addressline street1 mailingaddress strasse",
        "address_line_2": "address2 street2 apt unit suite",
        "city": "town locality stadt ville ciudad",
        "state": "province region stateprovince state/province county",
        "postal_code": "postalcode zip zipcode postcode zip/postalcode plz codepostal códigopostal",
        "country": "countrycode land pays país",
        "status": "contactstatus",
        "lead_source": "source leadorigin",
        "lead_status": "leadstage stage",
        "market": "marketname",
        "product": "productname products",
        "opt_in_through": "optin optinsource optinmethod optedinthrough",
        "conversation_status": "inboxstatus",
        "tags": "tag labels label keywords",
        "list": "lists listname group groups segment",
        "board_number": "boardphone boardphonenumber",
    },
    "conversations": {
        "external_conversation_id": "id conversationid externalid threadid uuid",
        "contact_phone": "participants participant phone phonenumber contact contactnumber contactphonenumber "
        "customerphone customernumber contacts",
        "our_number": "ournumber ourphone ownnumber companynumber businessnumber businessphone line linenumber "
        "inboxnumber inboxphone accountnumber twilionumber",
        "started_at": "started createdat created starttime startdate firstmessageat date",
        "last_message_at": "lastmessage lastactivityat lastactivity lastmessagetime lastmessagedate updatedat updated",
        "status": "conversationstatus state",
        "name": "title subject conversationname displayname",
    },
    "messages": {
        "external_message_id": "id messageid externalid sid messagesid uuid",
        "external_conversation_id": "conversationid conversation threadid thread",
        "from": "fromnumber fromphone fromphonenumber sender sendernumber senderphone originator",
        "to": "tonumber tonumbers tophone tophonenumber recipient recipients recipientnumber recipientphone receiver "
        "destination",
        "direction": "messagedirection inbound/outbound",
        "body": "text message content messagebody messagetext messagecontent sms smsbody nachricht mensaje",
        "sent_at": "sent date datetime timestamp time createdat created datesent sentdate senttime sentdatetime "
        "messagedate messagetime occurredat",
        "status": "messagestatus deliverystatus",
        "media_urls": "media mediaurl attachments attachment attachmenturls attachmenturl mms",
    },
    "calls": {
        "external_call_id": "id callid externalid sid callsid uuid",
        "external_conversation_id": "conversationid conversation threadid thread",
        "from": "fromnumber fromphone fromphonenumber caller callernumber callerid",
        "to": "tonumber tophone tophonenumber callee called callednumber recipient recipientnumber receiver "
        "destination",
        "direction": "calldirection inbound/outbound",
        "started_at": "started start starttime startdate createdat created date datetime timestamp time calltime "
        "calldate calledat occurredat",
        "answered_at": "answered answertime answeredtime connectedat",
        "ended_at": "ended end endtime enddate completedat hangupat finishedat",
        "duration_seconds": "duration durationsec durationsecs durationinseconds duration(s) duration(seconds) "
        "callduration seconds length talktime",
        "status": "callstatus disposition result outcome",
        "recording_url": "recording recordinglink callrecording recordingurls",
        "voicemail_url": "voicemail voicemaillink voicemailrecording",
        "transcript": "transcription calltranscript",
        "summary": "callsummary aisummary",
    },
}
