"""Columns that other products write and that are none of ours: known, and so kept as custom fields without asking."""

import re

from ringback.events import Entity

#: Of our own exports: when a record came here is not what an import says.
OURS = frozenset({"created_at", "updated_at"})

_PEOPLE = (
    "middlename middleinitial additionalname nickname maidenname fileas shortname initials nameprefix namesuffix "
    "prefix suffix salutation honorific phoneticfirstname phoneticmiddlename phoneticlastname phoneticname yominame "
    "yomigivenname yomiadditionalname yomifamilyname gender pronouns birthday birthdate dateofbirth dob anniversary "
    "age spouse children hobby language languages preferredlanguage photo photourl avatar picture image notes note "
    "description comment comments bio memo internalnotes zweitername namenszusatz anrede titelanrede spitzname "
    "geburtstag geburtsdatum geschlecht notizen notiz bemerkung bemerkungen deuxièmeprénom civilité datedenaissance "
    "anniversaire sexe remarques segundonombre apodo fechadenacimiento cumpleaños género notas secondonome "
    "soprannome datadinascita compleanno genere nomedomeio apelidos datadenascimento aniversário observações "
    "tussenvoegsel geboortedatum opmerkingen notities födelsedatum anteckningar отчество деньрождения датарождения "
    "заметки примечание комментарий 生年月日 備考 メモ uwagi フリガナ ふりがな セイ メイ 生日 备注 生日日期 생년월일 "
    "메모 비고"
)
_GERMAN_AND_FRENCH = (
    "suffixe titre weiterevornamen faxgeschaftlich faxprivat weiteresfax telefax emailtyp emailangezeigtername "
    "imadresse geburtsname jahrestag assistent ubergeordnete telecopie telecopiebureau telecopiedomicile "
    "typedemessagerie nomcompletdelamessagerie languedinternet profil"
)
_WORK = (
    "department organizationdepartment organizationyominame organizationtype organizationlocation organizationsymbol "
    "office officelocation location manager managersname managername assistant assistantsname assistantname reportsto "
    "industry numberofemployees employees annualrevenue revenue website websiteurl webpage web url homepage domain "
    "companydomainname linkedin linkedinurl linkedinpage linkedinbio twitter twitterhandle twitterusername "
    "facebook facebookurl instagram skype skypeid im profile abteilung webseite internetseite service département "
    "siteweb departamento páginaweb sitioweb reparto dipartimento sitoweb site afdeling websiteadres avdelning "
    "webbplats отдел сайт 部署 ウェブサイト 部门 网站 부서 웹사이트"
)
_OUTLOOK = (
    "businessaddresspobox homeaddresspobox otheraddresspobox businessstreet2 businessstreet3 homestreet3 otherstreet3 "
    "assistantsphone businessfax callback carphone companymainphone homefax isdn otherfax pager primaryphonetype "
    "radiophone ttytddphone telex fax faxnumber phonefax account billinginformation directoryserver emailtype "
    "emaildisplayname email2type email2displayname email3type email3displayname governmentidnumber internetfreebusy "
    "mileage organizationalidnumber personalwebpage priority private profession referredby sensitivity user1 user2 "
    "user3 user4 user schools school"
)
_CRMS = (
    "companynameforemails seniority departments corporatephone personlinkedinurl companylinkedinurl dateadded "
    "salesowner lastcontactedtime ownedby details "
    "contactowner owner ownername owneralias ownerid ownerfullname accountowner leadowner contactownerid assignedto "
    "assigneduser salesrep createdate createddate createdtime datecreated creationdate created createdby createdbyid "
    "createdon lastmodifieddate lastmodified lastmodifiedby lastmodifiedbyid modifiedtime modifiedby modifiedon "
    "datemodified dateupdated updatetime lastactivity lastactivitydate lastactivitytime lastactivitydategmt "
    "lastcontacted lastcontact lastcontactdate lastlogin lastseen systemmodstamp isdeleted masterrecordid accountid "
    "companyid organizationid individualid contactrecordtype recordtype recordtypeid type contacttype rating score "
    "leadscore marketingcontactstatus marketingstatus associatedcompanyids associatedcompanyidsprimary "
    "associatedcontact associateddeal associateddealids associateddeals becameacustomerdate becamealeaddate persona "
    "buyingrole buyerrole timesinceentered numberoftimescontacted timeoffirstsession timeoflastsession "
    "originalsourcedrilldown1 originalsourcedrilldown2 hasoptedoutofemail emailoptout hasoptedoutoffax faxoptout "
    "donotcall donotcontact unsubscribed unsubscribedfromallemail emailbounceddate emailbouncedreason isemailbounced "
    "photourl jigsaw jigsawcontactid cleanstatus mailinglatitude mailinglongitude mailinggeocodeaccuracy currency "
    "exchangerate changelogtimeonly layout visibleto visibility opendeals closeddeals wondeals lostdeals "
    "totalactivities activitiestodo doneactivities nextactivitydate emailmessagescount peoplecount doubleoptin "
    "personcreated updatetimestamp leadurl leadid displayphone opportunities primaryopportunity"
)
_LISTS_AND_SHOPS = (
    "memberrating optintime optinip confirmtime confirmip latitude longitude gmtoff dstoff timezone cc lastchanged "
    "leid euid unsubtime unsubcampaigntitle unsubcampaignid unsubreason unsubreasonother cleantime cleancampaigntitle "
    "cleancampaignid acceptsemailmarketing acceptssmsmarketing acceptswhatsappmarketing acceptsmarketing totalspent "
    "totalorders ordercount orderscount averageorder taxexempt customernote verifiedemail lastorder firstorder "
    "ipaddress ip emailstatus bouncecount emailmarketingconsent smsmarketingconsent lastactive lastopen lastclick "
    "klaviyoid copperid apollocontactid apolloaccountid createdutc cardid cardlast4 cardbrand totalspend paymentcount "
    "userlogin username referenceid squarecustomerid creationsource firstvisit lastvisit transactioncount "
    "lifetimespend emailsubscriptionstatus instantprofile additionalemails additionalphones createdbyname "
    "ltv lifetimevalue amountspent balance delinquent defaultaddressprovince defaultaddresscountry"
)
_TELEPHONY = (
    "accountsid apiversion numsegments segments errorcode errormessage price priceunit cost currency nummedia "
    "messagingservicesid messagingservice datecreated dateupdated datemodified createdat updatedat createdby uri "
    "subresourceuris subresourceuri userid user username useremail agent agentname team phonenumberid phonenumbersid "
    "parentcallsid parentsid groupsid forwardedfrom forwardedto answeredby initiatedby callername calleename fromname "
    "toname contactname contactid contactids queuetime trunksid annotation callroute aihandled type callertype tags "
    "tag note notes comments fromcity fromstate fromzip fromcountry tocity tostate tozip tocountry country "
    "fromformatted toformatted carrier network encoding sentiment voicemailduration voicemailtranscript ringtime "
    "waittime holdtime conversationname inbox inboxname department line linename timezone"
)
_BY_ENTITY: dict[Entity, tuple[str, ...]] = {
    "contacts": (_PEOPLE, _GERMAN_AND_FRENCH, _WORK, _OUTLOOK, _CRMS, _LISTS_AND_SHOPS),
    "conversations": (_TELEPHONY,),
    "messages": (_TELEPHONY,),
    "calls": (_TELEPHONY,),
}

#: Families that have a number in them: Google's `Phone 3 - Label`, Pipedrive's `Person - Email - Other`.
_FAMILIES = re.compile(
    r"(?:email|phone|address|organization|website|im|relation|event|jot|calendarlink|externalid|customfield)\d+"
    r"(?:label|type|value|service|formatted|pobox|extendedaddress|yominame|symbol|location|jobdescription|department|"
    r"street|city|region|postalcode|country|name|title)?"
    r"|(?:primary|secondary|home|work|other|business|mailing|billing|shipping)?(?:address)?pobox"
    r"|(?:hs|utm|hubspot)[a-z]{4,}"
    r"|(?:contactowner|accountname|owner|createdby|modifiedby|lead|layout)id"
    r"|custom(?:field)?\d+"
)


def names(entity: Entity) -> list[str]:
    """As they are written above."""
    return [word for words in _BY_ENTITY[entity] for word in words.split()]


def is_family(plain: str, entity: Entity) -> bool:
    """Whether a plain header is one of a numbered family that address books and CRMs write."""
    return entity == "contacts" and _FAMILIES.fullmatch(plain) is not None
