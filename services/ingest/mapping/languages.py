"""Headers of contacts in other languages than English, as people and the translated tools write them.

German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Norwegian, Finnish, Polish, Czech, Turkish,
Russian, Ukrainian, Greek, Hebrew, Arabic, Hindi, Japanese, Chinese, Korean. Accents may be missing: `headers.plain`
drops them.
"""

#: Beside a first name of that language, the word for any name is the family's: `Vorname;Name`, `Prénom;Nom`.
FAMILY_BESIDE = {"vorname": "name", "prenom": "nom", "voornaam": "naam", "fornamn": "namn", "fornavn": "navn"}

#: Behind a part of an address, which one it is: `Straße geschäftlich`, `Ville (domicile)`.
_KINDS = {
    "business": "geschäftlich bureau trabajo ufficio werk comercial",
    "home": "privat domicile particular abitazione thuis residencial",
    "other": "weitere autre",
}
KINDS = {word: kind for kind, words in _KINDS.items() for word in words.split()}

LANGUAGES: dict[str, str] = {
    "external_contact_id": "kontaktid kundennummer kundennr kundenid idcontact numéroclient idcontacto idcliente "
    "codicecliente códigodocliente klantnummer kundnummer asiakasnumero numerklienta ид 客户编号 顧客id",
    "first_name": "vorname rufname prénom prénoms nombre nombres primernombre nome primeironome nomeproprio voornaam "
    "roepnaam förnamn fornavn etunimi imię jméno křestníjméno ad adı isim имя имяклиента ім'я імя όνομα שםפרטי "
    "الاسمالأول प्रथमनाम 名 お名前(名) 名字 이름",
    "last_name": "nachname familienname zuname nomdefamille apellido apellidos primerapellido cognome apelido "
    "sobrenome últimonome achternaam familienaam efternamn efternavn etternavn sukunimi nazwisko příjmení soyad soyadı "
    "soyisim фамилия прізвище επώνυμο שםמשפחה اسمالعائلة اللقب उपनाम 姓 성",
    "name": "vollständigername anzeigename kontaktname kontakt ansprechpartner nom nomcomplet nomdusage contactnom "
    "nombrecompleto nombreyapellidos nomecompleto nomeecognome naam volledigenaam contactpersoon namn fulltnamn navn "
    "fuldenavn fulltnavn nimi kokonimi imięinazwisko jménoapříjmení celéjméno adsoyad adısoyadı isimsoyisim фио имя "
    "полноеимя піб ονοματεπώνυμο שם שםמלא الاسم الاسمالكامل नाम पूरानाम 氏名 名前 お名前 姓名 全名 성명 성함",
    "phone": "telefon telefonnummer telefonnr telnr handy handynummer handynr mobil mobilnummer mobiltelefon "
    "mobilfunk mobilfunknummer rufnummer téléphone numérodetéléphone tél télmobile téléphonemobile téléphoneportable "
    "portable mobileportable numéro teléfono númerodeteléfono telf móvil teléfonomóvil celular númerodecelular "
    "cellulare numerodicellulare telefonocellulare telefono numeroditelefono telefone telemóvel telemovel "
    "númerodetelefone telefonecelular telefoonnummer telefoon mobiel mobielnummer gsm gsmnummer mobilnr "
    "mobiltelefonnummer telefonnro puhelin puhelinnumero matkapuhelin telefonkomórkowy numertelefonu komórka "
    "telefonníčíslo mobilnítelefon ceptelefonu telefonnumarası ceptel телефон номертелефона мобильныйтелефон мобильный "
    "номертелефону мобільний τηλέφωνο κινητό κινητότηλέφωνο טלפון טלפוןנייד נייד מספרטלפון الهاتف رقمالهاتف الجوال "
    "رقمالجوال هاتف फ़ोन फोननंबर मोबाइल मोबाइलनंबर 電話番号 電話 携帯電話 携帯番号 携帯 tel電話番号 电话 电话号码 手机 "
    "手机号 手机号码 电话1 전화번호 전화 휴대폰 휴대전화 휴대폰번호 핸드폰",
    "phone_2": "telefon2 telefongeschäftlich telefonprivat geschäftlichetelefonnummer festnetz festnetznummer "
    "téléphonefixe téléphonedomicile téléphonebureau téléphoneprofessionnel fixe téléphone2 teléfonofijo "
    "teléfonodecasa teléfonodeltrabajo teléfono2 telefonofisso telefonocasa telefonoufficio telefone2 telefonefixo "
    "telefoonthuis telefoonwerk telefoonprivé hemtelefon arbetstelefon lankapuhelin telefondomowy telefonstacjonarny "
    "рабочийтелефон домашнийтелефон телефон2 固定電話 勤務先電話 自宅電話 座机 固定电话 집전화 회사전화",
    "email": "epost epostadresse epostadress emailadresse mailadresse courriel adresseemail adressemail "
    "adresseélectronique adressedemessagerie mél correo correoelectrónico direccióndecorreo "
    "direccióndecorreoelectrónico indirizzoemail postaelettronica endereçodeemail correioeletrônico correioeletrónico "
    "emailadres epostaadresi eposta sähköposti sähköpostiosoite adresemail adresepoczty email1 "
    "почта электроннаяпочта элпочта емейл електроннапошта ηλεκτρονικόταχυδρομείο דוארלאלקטרוני דואראלקטרוני דואל "
    "אימייל البريدالإلكتروني بريدإلكتروني ईमेल メールアドレス メール eメール 邮箱 电子邮件 电子邮箱 電子メール 邮件 "
    "이메일 이메일주소 전자우편",
    "company": "firma firmenname unternehmen entreprise société organisme empresa compañía nombredelaempresa azienda "
    "società ragionesociale nomedaempresa companhia bedrijf bedrijfsnaam företag virksomhed firmanavn bedrift yritys "
    "nazwafirmy společnost şirket şirketadı компания организация компанія εταιρεία חברה الشركة कंपनी 会社名 会社 "
    "公司 公司名称 单位 회사 회사명",
    "title": "berufsbezeichnung stellenbezeichnung fonction intituléduposte poste cargo puesto ruolo qualifica funçao "
    "função functie functietitel befattning stilling titteli stanowisko pozice unvan должность посада θέση תפקיד "
    "المسمىالوظيفي पद 役職 职位 职务 직책 직급",
    "address_line_1": "adresse anschrift straße strasse straßeundhausnummer straßehausnummer rue adresse1 dirección "
    "calle domicilio indirizzo via endereço rua morada logradouro adres straat straatenhuisnummer adress gatuadress "
    "gateadresse vej katuosoite osoite ulica ulice adresa sokak адрес улица адреса διεύθυνση כתובת רחוב العنوان पता "
    "住所 地址 주소",
    "address_line_2": "adresszusatz adresse2 complémentdadresse complément direccion2 dirección2 indirizzo2 "
    "complemento toevoeging adres2 住所2",
    "city": "stadt ort wohnort ville localité commune ciudad población localidad municipio città citta comune cidade "
    "localidade plaats woonplaats stad ort postort by poststed kaupunki miasto miejscowość město şehir il город місто "
    "πόλη עיר المدينة शहर 市区町村 城市 市 도시",
    "state": "bundesland bundeslandkanton kanton depregion région département provincia comunidadautónoma estado "
    "provincie regione län województwo kraj область регион штат νομός מחוז الولاية المحافظة राज्य 都道府県 省 省份 "
    "시도",
    "postal_code": "plz postleitzahl codepostal cp códigopostal codigopostal cap codicepostale cep "
    "códigodeendereçamento postnummer postnr postinumero kodpocztowy psč postakodu индекс почтовыйиндекс "
    "поштовийіндекс ταχυδρομικόςκώδικας tk מיקוד الرمزالبريدي पिनकोड 郵便番号 邮编 邮政编码 우편번호",
    "country": "land landregion pays paysregion país paese nazione maa kraj země ülke страна країна χώρα מדינה ארץ "
    "الدولة البلد देश 国 国家 国・地域 국가",
    "tags": "schlagworte schlagwörter kategorien étiquettes libellés catégories etiquetas categorías etichette "
    "categorie marcadores taggar etiketter tunnisteet etykiety štítky etiketler теги метки タグ 标签 태그",
    "status": "kontaktstatus statut estado_del_contacto stato situação статус ステータス 状态 상태",
    "lead_source": "leadquelle quelle herkunft sourceduprospect origine fuente origen fonte источник 来源",
    "list": "liste gruppe groupe grupo gruppo groep lista список группа グループ 分组 그룹",
}
