# ruff: noqa: E501
"""Names of months, folded, of January to December in each language; written by docs/freeze_months.py.

Kept here, for another version of the locale data would read other dates from the same pages, for the library mixes
names of languages that it opened before into some that it opens later, and for opening all takes an eighth of a second.
"""

NAMES: dict[str, str] = {
    "en": "january|jan;february|feb;march|mar;april|apr;may;june|jun;july|jul;august|aug;september|sept|sep;october|oct;november|nov;december|dec",
    "de": "janner|jan|januar;februar|feb;marz|mar;april|apr;mai;juni|jun;juli|jul;august|aug;september|sep|sept;oktober|okt;november|nov;dezember|dez",
    "fr": "janvier|janv;fevrier|fevr;mars;avril|avr;mai;juin;juillet|juil;aout;septembre|sept;octobre|oct;novembre|nov;decembre|dec",
    "it": "gennaio|gen;febbraio|feb;marzo|mar;aprile|apr;maggio|mag;giugno|giu;luglio|lug;agosto|ago;settembre|set;ottobre|ott;novembre|nov;dicembre|dic",
    "es": "enero|ene;febrero|feb;marzo|mar;abril|abr;mayo|may;junio|jun;julio|jul;agosto|ago;septiembre|sept;octubre|oct;noviembre|nov;diciembre|dic",
    "pt": "janeiro|jan;fevereiro|fev;marco|mar;abril|abr;maio|mai;junho|jun;julho|jul;agosto|ago;setembro|set;outubro|out;novembro|nov;dezembro|dez",
    "nl": "januari|jan;februari|feb;maart|mrt;april|apr;mei;juni|jun;juli|jul;augustus|aug;september|sep;oktober|okt;november|nov;december|dec",
    "sv": "januari|jan;februari|feb;mars;april|apr;maj;juni;juli;augusti|aug;september|sep;oktober|okt;november|nov;december|dec",
    "da": "januar|jan;februar|feb;marts|mar;april|apr;maj;juni|jun;juli|jul;august|aug;september|sep;oktober|okt;november|nov;december|dec",
    "nb": "januar|jan;februar|feb;mars|mar;april|apr;mai;juni|jun;juli|jul;august|aug;september|sep;oktober|okt;november|nov;desember|des",
    "fi": "tammikuuta|tammikuu|tammi;helmikuuta|helmikuu|helmi;maaliskuuta|maaliskuu|maalis;huhtikuuta|huhtikuu|huhti;toukokuuta|toukokuu|touko;kesakuuta|kesakuu|kesa;heinakuuta|heinakuu|heina;elokuuta|elokuu|elo;syyskuuta|syyskuu|syys;lokakuuta|lokakuu|loka;marraskuuta|marraskuu|marras;joulukuuta|joulukuu|joulu",
    "pl": "stycznia|styczen|sty;lutego|luty|lut;marca|marzec|mar;kwietnia|kwiecien|kwi;maja|maj;czerwca|czerwiec|cze;lipca|lipiec|lip;sierpnia|sierpien|sie;wrzesnia|wrzesien|wrz;pazdziernika|pazdziernik|paz;listopada|listopad|lis;grudnia|grudzien|gru",
    "cs": "ledna|leden|led;unora|unor|uno;brezna|brezen|bre;dubna|duben|dub;kvetna|kveten|kve;cervna|cerven|cvn;cervence|cervenec|cvc;srpna|srpen|srp;zari|zar;rijna|rijen|rij;listopadu|listopad|lis;prosince|prosinec|pro",
    "sk": "januara|januar|jan;februara|februar|feb;marca|marec|mar;aprila|april|apr;maja|maj;juna|jun;jula|jul;augusta|august|aug;septembra|september|sep;oktobra|oktober|okt;novembra|november|nov;decembra|december|dec",
    "hu": "januar|jan;februar|febr;marcius|marc;aprilis|apr;majus|maj;junius|jun;julius|jul;augusztus|aug;szeptember|szept;oktober|okt;november|nov;december|dec",
    "ro": "ianuarie|ian;februarie|feb;martie|mar;aprilie|apr;mai;iunie|iun;iulie|iul;august|aug;septembrie|sept;octombrie|oct;noiembrie|nov;decembrie|dec",
    "hr": "sijecnja|sijecanj|sij;veljace|veljaca|velj;ozujka|ozujak|ozu;travnja|travanj|tra;svibnja|svibanj|svi;lipnja|lipanj|lip;srpnja|srpanj|srp;kolovoza|kolovoz|kol;rujna|rujan|ruj;listopada|listopad|lis;studenoga|studeni|stu;prosinca|prosinac|pro",
    "sl": "januar|jan;februar|feb;marec|mar;april|apr;maj;junij|jun;julij|jul;avgust|avg;september|sep;oktober|okt;november|nov;december|dec",
    "sr": "јануар|јан;фебруар|феб;март|мар;април|апр;мај;јун;јул;август|авг;септембар|сеп;октобар|окт;новембар|нов;децембар|дец",
    "bg": "януари|яну;февруари|фев;март;април|апр;маи;юни;юли;август|авг;септември|сеп;октомври|окт;ноември|ное;декември|дек",
    "tr": "ocak|oca;subat|sub;mart|mar;nisan|nis;mayis|may;haziran|haz;temmuz|tem;agustos|agu;eylul|eyl;ekim|eki;kasim|kas;aralik|ara",
    "el": "ιανουαριου|ιανουαριοσ|ιαν;φεβρουαριου|φεβρουαριοσ|φεβ;μαρτιου|μαρτιοσ|μαρ;απριλιου|απριλιοσ|απρ;μαιου|μαιοσ|μαι;ιουνιου|ιουνιοσ|ιουν;ιουλιου|ιουλιοσ|ιουλ;αυγουστου|αυγουστοσ|αυγ;σεπτεμβριου|σεπτεμβριοσ|σεπ;οκτωβριου|οκτωβριοσ|οκτ;νοεμβριου|νοεμβριοσ|νοε;δεκεμβριου|δεκεμβριοσ|δεκ",
    "ru": "января|январь|янв;февраля|февраль|февр;марта|март|мар;апреля|апрель|апр;мая|маи;июня|июнь|июн;июля|июль|июл;августа|август|авг;сентября|сентябрь|сент;октября|октябрь|окт;ноября|ноябрь|нояб;декабря|декабрь|дек",
    "uk": "січня|січень|січ;лютого|лютии|лют;березня|березень|бер;квітня|квітень|квіт;травня|травень|трав;червня|червень|черв;липня|липень|лип;серпня|серпень|серп;вересня|вересень|вер;жовтня|жовтень|жовт;листопада|листопад|лист;грудня|грудень|груд",
    "ar": "يناير;فبراير;مارس;ابريل;مايو;يونيو;يوليو;اغسطس;سبتمبر;اكتوبر;نوفمبر;ديسمبر",
    "he": "ינואר|ינו׳;פברואר|פבר׳;מרץ;אפריל|אפר׳;מאי;יוני;יולי;אוגוסט|אוג׳;ספטמבר|ספט׳;אוקטובר|אוק׳;נובמבר|נוב׳;דצמבר|דצמ׳",
    "fa": "ژانویه;فوریه;مارس;اوریل;مه;ژوين;ژويیه;اوت;سپتامبر;اکتبر;نوامبر;دسامبر",
    "hi": "जनवरी|जन॰;फरवरी|फर॰;मारच;अपरैल;मई;जून;जुलाई|जुल॰;अगसत|अग॰;सितंबर|सित॰;अकटूबर|अकटू॰;नवंबर|नव॰;दिसंबर|दिस॰",
    "id": "januari|jan;februari|feb;maret|mar;april|apr;mei;juni|jun;juli|jul;agustus|agu;september|sep;oktober|okt;november|nov;desember|des",
    "vi": "thang 1|thg 1;thang 2|thg 2;thang 3|thg 3;thang 4|thg 4;thang 5|thg 5;thang 6|thg 6;thang 7|thg 7;thang 8|thg 8;thang 9|thg 9;thang 10|thg 10;thang 11|thg 11;thang 12|thg 12",
    "ca": "de gener|gener|de gen|gen;de febrer|febrer|de febr|febr;de marc|marc;d’abril|abril|d’abr|abr;de maig|maig;de juny|juny;de juliol|juliol|de jul|jul;d’agost|agost|d’ag|ag;de setembre|setembre|de set|set;d’octubre|octubre|d’oct|oct;de novembre|novembre|de nov|nov;de desembre|desembre|de des|des",
    "ja": "1月;2月;3月;4月;5月;6月;7月;8月;9月;10月;11月;12月",
    "zh": "一月|1月;二月|2月;三月|3月;四月|4月;五月|5月;六月|6月;七月|7月;八月|8月;九月|9月;十月|10月;十一月|11月;十二月|12月",
    "ko": "1월;2월;3월;4월;5월;6월;7월;8월;9월;10월;11월;12월",
}
