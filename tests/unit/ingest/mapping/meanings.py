"""What the columns of every sample under tests/data/tables mean, as their owners would say it.

Written as `header > field`; every other column of the file is right as the custom field of its own header.
"""

RIGHT: dict[str, str] = {
    "apple_contacts": """
        First Name > first_name
        Last Name > last_name
        Organization > company
        Job Title > title
        Phone (mobile) > phone
        Phone (work) > phone_2
        Email (home) > email
        Street (home) > address_line_1
        City (home) > city
        State (home) > state
        ZIP (home) > postal_code
        Country (home) > country
    """,
    "close": """
        lead_status > lead_status
        contact_id > external_contact_id
        contact_name > name
        contact_title > title
        primary_contact_primary_phone > phone
        primary_contact_primary_email > email
        address_1_address_1 > address_line_1
        address_1_city > city
        address_1_state > state
        address_1_zipcode > postal_code
        address_1_country > country
    """,
    "gohighlevel": """
        Contact Id > external_contact_id
        First Name > first_name
        Last Name > last_name
        Phone > phone
        Email > email
        Business Name > company
        Tags > tags
    """,
    "google_contacts": """
        First Name > first_name
        Last Name > last_name
        Organization Name > company
        Organization Title > title
        Labels > tags
        E-mail 1 - Value > email
        Phone 1 - Value > phone
        Phone 2 - Value > phone_2
        Address 1 - Street > address_line_1
        Address 1 - City > city
        Address 1 - Region > state
        Address 1 - Postal Code > postal_code
        Address 1 - Country > country
        Address 1 - Extended Address > address_line_2
    """,
    "google_contacts_2020": """
        Name > name
        Given Name > first_name
        Family Name > last_name
        Group Membership > tags
        E-mail 1 - Value > email
        Phone 1 - Value > phone
        Address 1 - Street > address_line_1
        Address 1 - City > city
        Address 1 - Region > state
        Address 1 - Postal Code > postal_code
        Address 1 - Country > country
        Address 1 - Extended Address > address_line_2
        Organization 1 - Name > company
        Organization 1 - Title > title
    """,
    "hubspot": """
        Record ID > external_contact_id
        First Name > first_name
        Last Name > last_name
        Email > email
        Phone Number > phone
        Mobile Phone Number > phone_2
        Job Title > title
        Company Name > company
        Street Address > address_line_1
        City > city
        State/Region > state
        Postal Code > postal_code
        Country/Region > country
        Lifecycle Stage > status
        Lead Status > lead_status
        Original Source > lead_source
    """,
    "mailchimp": """
        Email Address > email
        First Name > first_name
        Last Name > last_name
        Address > address_line_1
        Phone Number > phone
        REGION > state
        TAGS > tags
    """,
    "outlook": """
        First Name > first_name
        Last Name > last_name
        Company > company
        Job Title > title
        Business Street > address_line_1
        Business Street 2 > address_line_2
        Business City > city
        Business State > state
        Business Postal Code > postal_code
        Business Country/Region > country
        Business Phone > phone_2
        Mobile Phone > phone
        Categories > tags
        E-mail Address > email
    """,
    "outlook_de": """
        Vorname > first_name
        Nachname > last_name
        Firma > company
        Position > title
        Straße geschäftlich > address_line_1
        Ort geschäftlich > city
        Region geschäftlich > state
        Postleitzahl geschäftlich > postal_code
        Land/Region geschäftlich > country
        Telefon geschäftlich > phone_2
        Mobiltelefon > phone
        E-Mail-Adresse > email
        Kategorien > tags
    """,
    "outlook_fr": """
        Prénom > first_name
        Nom > last_name
        Société > company
        Fonction > title
        Rue (bureau) > address_line_1
        Ville (bureau) > city
        Dép/Région (bureau) > state
        Code postal (bureau) > postal_code
        Pays/Région (bureau) > country
        Téléphone (bureau) > phone_2
        Tél. mobile > phone
        Adresse de messagerie > email
        Catégories > tags
    """,
    "outlook_online": """
        First Name > first_name
        Last Name > last_name
        E-mail Address > email
        Home Phone > phone_2
        Mobile Phone > phone
        Job Title > title
        Company > company
        Home Street > address_line_1
        Home City > city
        Home State > state
        Home Postal Code > postal_code
        Home Country/Region > country
    """,
    "own_german": """
        Kundennummer > external_contact_id
        Vorname > first_name
        Name > last_name
        Handy > phone
        E-Mail > email
        Straße > address_line_1
        PLZ > postal_code
        Ort > city
        Land > country
    """,
    "own_japanese": """
        会社名 > company
        役職 > title
        姓 > last_name
        名 > first_name
        メールアドレス > email
        携帯電話 > phone
        郵便番号 > postal_code
        住所 > address_line_1
    """,
    "own_portuguese": """
        Nome > first_name
        Sobrenome > last_name
        Celular > phone
        E-mail > email
        Empresa > company
        Endereço > address_line_1
        Cidade > city
        Estado > state
        CEP > postal_code
    """,
    "own_russian": """
        ФИО > name
        Телефон > phone
        Электронная почта > email
        Компания > company
        Должность > title
        Город > city
    """,
    "own_spanish": """
        Nombre > first_name
        Apellidos > last_name
        Teléfono móvil > phone
        Correo electrónico > email
        Empresa > company
        Cargo > title
        Dirección > address_line_1
        Ciudad > city
        Provincia > state
        Código postal > postal_code
        País > country
        Etiquetas > tags
    """,
    "pipedrive": """
        Person - ID > external_contact_id
        Person - Name > name
        Person - First name > first_name
        Person - Last name > last_name
        Person - Label > tags
        Person - Organization > company
        Person - Email - Work > email
        Person - Phone - Work > phone
        Person - Phone - Mobile > phone_2
        Person - Title > title
    """,
    "quo_calls": """
        id > external_call_id
        conversationId > external_conversation_id
        from > from
        to > to
        direction > direction
        status > status
        createdAt > started_at
        answeredAt > answered_at
        completedAt > ended_at
        duration > duration_seconds
    """,
    "quo_contacts": """
        First Name > first_name
        Last Name > last_name
        Company > company
        Role > title
        Phone Number > phone
        Email > email
        Address > address_line_1
        Tags > tags
    """,
    "quo_messages": """
        id > external_message_id
        conversationId > external_conversation_id
        body > body
        sentAt > sent_at
        to > to
        from > from
        direction > direction
    """,
    "salesforce_export": """
        Id > external_contact_id
        LastName > last_name
        FirstName > first_name
        Name > name
        MailingStreet > address_line_1
        MailingCity > city
        MailingState > state
        MailingPostalCode > postal_code
        MailingCountry > country
        Phone > phone_2
        MobilePhone > phone
        Email > email
        Title > title
        LeadSource > lead_source
    """,
    "salesforce_leads": """
        First Name > first_name
        Last Name > last_name
        Title > title
        Company / Account > company
        Lead Source > lead_source
        Street > address_line_1
        City > city
        State/Province > state
        Zip/Postal Code > postal_code
        Country > country
        Phone > phone
        Mobile > phone_2
        Email > email
        Lead Status > lead_status
        Lead ID > external_contact_id
    """,
    "salesforce_report": """
        First Name > first_name
        Last Name > last_name
        Title > title
        Mailing Street > address_line_1
        Mailing City > city
        Mailing State/Province > state
        Mailing Zip/Postal Code > postal_code
        Mailing Country > country
        Phone > phone
        Mobile > phone_2
        Email > email
        Account Name > company
        Lead Source > lead_source
    """,
    "shopify": """
        Customer ID > external_contact_id
        First Name > first_name
        Last Name > last_name
        Email > email
        Default Address Company > company
        Default Address Address1 > address_line_1
        Default Address Address2 > address_line_2
        Default Address City > city
        Default Address Province Code > state
        Default Address Country Code > country
        Default Address Zip > postal_code
        Default Address Phone > phone_2
        Phone > phone
        Tags > tags
    """,
    "square": """
        First Name > first_name
        Last Name > last_name
        Email Address > email
        Phone Number > phone
        Company Name > company
        Street Address 1 > address_line_1
        Street Address 2 > address_line_2
        City > city
        State > state
        Postal Code > postal_code
    """,
    "twilio_calls": """
        Call SID > external_call_id
        From > from
        To > to
        Status > status
        Direction > direction
        Start Time > started_at
        End Time > ended_at
        Duration > duration_seconds
    """,
    "twilio_messages": """
        From > from
        To > to
        Body > body
        Status > status
        SentDate > sent_at
        Sid > external_message_id
        Direction > direction
    """,
    "zoho": """
        Record Id > external_contact_id
        Lead Source > lead_source
        First Name > first_name
        Last Name > last_name
        Account Name > company
        Title > title
        Email > email
        Phone > phone_2
        Mobile > phone
        Mailing Street > address_line_1
        Mailing City > city
        Mailing State > state
        Mailing Zip > postal_code
        Mailing Country > country
        Tag > tags
    """,
}


def right(name: str) -> dict[str, str]:
    """Field by header."""
    pairs = (line.rpartition(" > ") for line in RIGHT[name].strip().splitlines())
    return {header.strip(): field.strip() for header, _, field in pairs}
