"""Personal data is found as people write it; what only looks so is not."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.personal_data import NUMBERED, scores
from bench.private_texts import KINDS, labelled
from moderation import mask, personal_data, unmask
from moderation.personal import Kind, Span

HELD = """
phone|您好 我是住三樓的林小姐 0912345678
phone|聯絡請打0937－123－456（陳）
phone|Phone number: +886-912-345-678
phone|Mobile 0912 345 678 / office 02 2345 6789 ext. 88
phone|老師的手機號碼是 0 9 2 2 1 1 1 2 2 2
phone|我電話號碼零九八八一二三四五六
phone|請撥（02）２３４５－６７８９分機１２３
phone|WhatsApp me: +84 912 345 678
phone|我媽媽的電話是04-2225-1234
phone|住家電話 03-5712345
phone|家裡電話：2345-6789
phone|my landline is 02-2345-6789
phone|0912345678
phone|02-23456789
phone|聯絡電話:(07)555-1234
phone|請聯絡王先生，電話 08-7321234
phone|手機:0912_345_678
phone|手機 0912/345/678
phone|手機：０９１２３４５６７８
phone|Ring me on 0912-345678 tonight
phone|承辦人王小姐手機0911222333
phone|門號 0912-345-678 一直收到詐騙簡訊
phone|I can be contacted at 00886912345678.
phone|+886 (0)2 2345 6789
phone|(886)912345678
phone|市話02 23456789轉321
phone|家父電話 049-2345678
phone|馬祖 0836-22345 找曹先生
phone|他的電話 0826-66123
phone|里長公布了我的號碼 0988.123.456
national_id|身分證字號:A123456789
national_id|國民身分證統一編號 F131104093
national_id|ID No. A123456789
national_id|a123456789這是我的
national_id|Ａ１２３４５６７８９
national_id|A12-3456-789
national_id|A 123 456 789
national_id|我的身分證A-123456789
residence_permit|居留證統一證號AB12345677
residence_permit|ARC: A800000014
email|email：test.user@gmail.com。
email|請寄到 someone@yahoo.com.tw，謝謝
email|some_one AT gmail DOT com
email|聯絡：foo＠bar．com
email|請mail給foo.bar@company.com
card|我的信用卡號是4111-1111-1111-1111
card|Card: 5500 0000 0000 0004
card|3782 822463 10005 American Express
card|４１１１　１１１１　１１１１　１１１１
bank_account|匯款帳號 (822) 123456789012
bank_account|中國信託銀行 822 帳號：123-456-789-012
bank_account|請匯款至玉山銀行（808）0123-456-789012
bank_account|Bank code 812, account 20011234567890
bank_account|請匯到我的帳戶 700-00012341234567
bank_account|我的戶頭 004 123 456 789 012
bank_account|bank: 012, acct no. 123456789012
bank_account|匯款資訊：第一銀行007 帳號 12345678901
bank_account|銀行:台新(812) 帳號:2888-1000-123456
plate|車牌號碼ABC-1234
plate|有一台 BKM-5678 的貨車違規停車
plate|藍色 Toyota 7788-AB 停在消防栓前
plate|車號 AB-1234 闖紅燈
plate|機車 MNP-678 亂停
plate|plate no. ABC 1234
plate|那台EAA-1234電動車占用充電格
plate|檢舉計程車TDB-567
plate|７７８８－ＡＢ這台車
plate|A motorcycle (AAA-0123) nearly hit me
plate|公車 123-FX 司機態度差
plate|ABC-1234 又併排停車了
plate|汽車 1234-A2 逆向
address|台北市中山區林森北路123號4樓
address|臺北市大安區新生南路一段１２３巷４５號
address|新竹縣竹北市光明六路10號
address|我家在桃園市龜山區文化一路259號
address|彰化縣鹿港鎮中山路435號
address|住在大安路一段 83 巷 7 號 2 樓的住戶
address|屏東縣恆春鎮墾丁里5鄰12號
address|台東縣蘭嶼鄉紅頭村45號
address|高雄市苓雅區四維三路2號11樓之1
address|My home is at No. 12, Lane 35, Section 2, Zhongshan North Road, Taipei
address|4F, No.15, Sec. 1, Xinyi Rd., Zhongzheng Dist., Taipei City
address|Flat 3, 25 Zhongxiao East Road Section 4
address|3F.-2, No. 50, Aly. 4, Ln. 150, Sec. 3, Xinyi Rd., Da'an Dist., Taipei City 10658
address|No.88 Fuxing S. Rd. Taipei
address|12 Renai Street, Banqiao
address|鄰居王太太家（永和區中正路100巷5弄3號）半夜施工
address|花蓮縣壽豐鄉豐山村中山路二段１號
address|南投縣仁愛鄉大同村定遠新村15號
address|我家住在大安區 信義路 三段 100 號
address|臺中市北屯區崇德路二段一百二十三號
address|No. 12, Lane 3, Alley 4, Minquan East Road Section 2, Zhongshan District, Taipei
address|12F, 100 Dunhua South Road Section 1
address|my place is 5F, No. 8, Lane 12, Heping W. Rd.
address|（戶籍地）嘉義市西區中興路 45 巷 6 弄 7 號 8 樓
address|通訊地址：407台中市西屯區文心路三段99號10樓之1
address|新北市永和區中和路３４５號
address|我家地址是永康街12巷5號1樓
address|她住高雄左營區博愛二路777號
address|雲林縣古坑鄉華山村松林55號
address|台南市安南區海佃路四段521巷100號
address|we live at 23 Lane 88, Wenlin Road, Shilin District, Taipei
address|No. 25, Zhongshan Rd., Yuli Township, Hualien County 981
bank_account|帳號是 0212-345-678901 國泰
bank_account|我的台新帳號８１２－２０８８１２３４５６７８９０
bank_account|Please send NT$5000 to my bank account 013-123456789012
bank_account|Account no: 1234-5678-9012 at Cathay United
bank_account|請轉帳到 812 2001 0123 4567 89
card|我的卡 4000-1234-5678-9017 被盜刷
phone|請打我手機零九一二三四五六七八
phone|我家市話是〇二二三四五六七八九
phone|手機 0912 - 345 - 678
phone|電話０２-２３４５-６７８９
phone|Tel: (04) 2345-6789 #12, ask for Mrs Lee
phone|my cell's 0912345678
phone|a friend, 0987 654 321, saw it
phone|line:0912345678
phone|0２ ２３４５ ６７８９是我家電話
plate|這輛 RAA-1234 租賃車每天超速
plate|藍色機車，牌照 AB3-456
plate|一台黑色賓士 5678-XY 按喇叭
plate|ａｂｃ－１２３４亂停車
plate|車 牌 A B C - 1 2 3 4
plate|plate number BDE 5678
national_id|身 分 證 Ａ－１２３－４５６－７８９
national_id|A1 23 45 67 89
email|reach me: john_doe88 [at] gmail [dot] com
email|信箱 abc123@gmail。com
email|ａｂｃ＠ｇｍａｉｌ．ｃｏｍ
"""
"""A kind, and a text in which it is, and nothing else is."""

PLAIN = """
本案案號112年度訴字第1234號
112年度台上字第3456號判決
中華民國113年5月20日府授環空字第1130123456號函
統一編號：12345678
預算新台幣 12,345,678 元
會議時間2026-11-25 14:00
市民專線1999、警察110、火警119
反詐騙諮詢專線 165
0800-000-123 免付費
台北市政府 02-27208889
臺北市政府環境保護局 電話(02)2720-8889轉7271
臺北市信義區市府路1號（市政府）
衛生福利部 115 台北市南港區忠孝東路六段488號
請至大安區公所（臺北市大安區新生南路二段86號）領取
人口數 2,345,678 人
第 3 條第 2 項
公車 0 南、262 區間車
ISO 27001:2022
A123456788 不是有效號碼
訂單 4111111111111112
Case number 2026-0912-345
The budget was 0912345 dollars.
On 2026-11-25 10:30-12:00 the council met.
Taipei City Government, No. 1, City Hall Rd., Xinyi Dist., Taipei City 110
Call the 1999 citizen hotline, or 02-2720-8889 from outside the city.
Contact the Department of Environmental Protection at (02) 2720-8889 ext. 7271
文件編號 EP-2026-1234
RFC-2616, ISO-9001, SHA-256, AES-128
共有 1234567890 筆資料
0.912345678 的比例
統計期間 2015-2020
郵遞區號 10048
經緯度 25.033964,121.564468
IP 192.168.100.200
服務信箱 1999@gov.taipei
聯絡我們：service@taipei.gov.tw
https://www.example.com/0912345678/A123456789
台灣2300萬人
專案 ABC-1234 編號
電話 1999 轉 2
市立聯合醫院 02-2555-3000 預約掛號
中央氣象署服務電話 02-23491234
里辦公處電話：02-2345-6789
區公所總機 07-3368333
捐款帳號 1234567890123（財政局公庫）
學校電話 02-2345-6789，地址臺北市中山路100號
Bus 1234 and route 307
the ISBN is 9789571234567
Flight BR-8912, gate 12
土地地號 0123-4567
金額 4,111,111 元
條碼 4711234567890
開會地點：市政大樓（臺北市市府路1號）8樓
活動地點在台北市八德路一段1號華山文創園區
郵局 700 的櫃檯
建物編號 1-2-345
公文字號 0950012345
依據 109 年 09 月 12 日 345678 號
里長選舉得票 0912 票
中油客服 1912
台電 1911 客服專線
自110年1月1日起至112年12月31日止
長度12345678公尺
車流量每日 12345-67890 輛
NT$1234-5678
2345-6789
ＴＥＬ：０２－２７２０－８８８９ 臺北市政府
監理站電話 02-2688-4366
警察局信義分局 地址:臺北市信義區信義路五段17號
捷運市政府站2號出口
國道3號、台61線15號橋墩
65號提案、12號議案
AB-12 區
CO2-2030 減碳
請搭 G-12 站
A4-1234 紙
公司電話問題太多
勞動局專線 (02)2720-8889 分機 3333
國道1號、省道台9線 123.5 公里
民權東路三段106巷口人行道
會議室在市府大樓12樓
臺南市政府（永華市政中心）708臺南市安平區永華路2段6號
第12345號公告
型號 XYZ-1234 的冷氣
零件 ABD-2345 缺貨
產品代號 KLM-678
股票代號 2330、0050
113年1月至3月共 12,345 件
1130001234 號來文
收文字號：1131234567
案件受理號碼：20261125000123
繳費單銷帳編號 1234567890123456
查詢序號:4123456789012345
罰單編號 A12345678
護照
Reg. No. 1234567890
Invoice 2026-000123
UTC+08:00 2026-11-25T10:00:00
phone survey of 1,068 people
Section 5, Article 12
Room 1203, City Hall
Sec. 12 of the Act
Route 9, km 123.5
between Zhongxiao Rd. and Fuxing Rd.
look at example.com
the hotline 1999 (24 hours)
預算 0912345678 元
3.1415926535
ABC 123 計畫
ISO14001、CNS3090
編號 BD-1234
台電客服 1911；自來水 1910
新聞稿 聯絡人：環保局 02-2720-8889
學號 B12345678
門號攜碼服務
每車 1234 元
車程 30 分
Bus 0912
A12345678 B12345678
EV-2030 政策
G20、COP28、SDG11
"""
"""Texts without personal data."""
TEXTS = 2_400


def kinds(text: str) -> set[str]:
    return {span.kind.value for span in personal_data(text)}


@pytest.mark.parametrize("line", HELD.strip().splitlines())
def test_it_is_found_as_people_write_it(line: str) -> None:
    kind, text = line.split("|", 1)
    assert kinds(text) == {kind}


@pytest.mark.parametrize("text", PLAIN.strip().splitlines())
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert personal_data(text) == []


def test_the_measured_set_is_found_and_little_else() -> None:
    texts = labelled(TEXTS, seed=7)
    assert {kind for text in texts for kind, _, _ in text.spans} == set(KINDS)
    assert sum(not text.spans for text in texts) > TEXTS / 5
    found = [[(span.kind.value, span.start, span.end) for span in personal_data(text.text)] for text in texts]
    _, recall, precision = scores(texts, found, NUMBERED)
    assert recall >= 0.98
    assert precision >= 0.97
    _, recall, precision = scores(texts, found, ("address",))
    assert recall >= 0.85
    assert precision >= 0.9
    _, recall, precision = scores(texts, found, ("email",))
    assert recall >= 0.95
    assert precision >= 0.97


def test_the_measure_notices_what_is_missed_and_what_is_wrong() -> None:
    texts = labelled(200, seed=7)
    count, recall, precision = scores(texts, [[] for _ in texts], NUMBERED)
    assert count > 50
    assert recall == precision == 0
    shifted = [[(kind, end, end + 9) for kind, _, end in text.spans] for text in texts]
    assert scores(texts, shifted, NUMBERED)[2] < 0.1


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("A123456789", Kind.NATIONAL_ID),
        ("A123456788", None),
        ("A223456781", Kind.NATIONAL_ID),
        ("A800000014", Kind.RESIDENCE_PERMIT),
        ("AB12345677", Kind.RESIDENCE_PERMIT),
        ("AB12345678", None),
        ("A323456780", None),
        ("A1234567890", None),
        ("XA123456789", None),
    ],
)
def test_a_number_of_the_state_has_its_check_figure(number: str, kind: Kind | None) -> None:
    assert [span.kind for span in personal_data(f"證號 {number}")] == ([kind] if kind else [])


def test_a_landline_is_public_where_an_agency_is_called_and_private_where_a_person_is() -> None:
    assert kinds("交通局電話 02-2720-8889") == set()
    assert kinds("我打給交通局，他們叫我留家裡電話 02-2720-8889") == {"phone"}
    assert kinds("交通局林小姐手機 0912-345-678") == {"phone"}


def test_a_span_is_the_place_in_the_text_as_given() -> None:
    text = "電話：０９１２－３４５－６７８，或 A 1 2 3 4 5 6 7 8 9。"
    assert [text[span.start : span.end] for span in personal_data(text)] == [
        "０９１２－３４５－６７８",
        "A 1 2 3 4 5 6 7 8 9",
    ]


def test_figures_in_the_address_of_a_web_page_are_none() -> None:
    assert kinds("https://example.org/?a=0912345678&b=A123456789") == set()
    assert kinds("https://example.org/ 打0912345678") == {"phone"}


def test_a_masked_text_shows_nothing_of_it_and_can_be_read_again() -> None:
    text = "我是 A123456789，電話0912345678。"
    masked = mask(text, personal_data(text))
    assert masked.text == "我是 ■■■■，電話■■■■。"
    assert [(one.kind, one.original) for one in masked.hidden] == [
        (Kind.NATIONAL_ID, "A123456789"),
        (Kind.PHONE, "0912345678"),
    ]
    assert unmask(masked) == text


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6))
def test_masking_can_always_be_undone(text: str, places: list[tuple[int, int]]) -> None:
    spans = [Span(Kind.PHONE, min(a, b), max(a, b), 1.0) for a, b in places if max(a, b) <= len(text)]
    masked = mask(text, spans)
    assert unmask(masked) == text
    assert all(masked.text[one.start : one.end] == "■■■■" for one in masked.hidden)


@given(st.text(st.sampled_from("09- 1A號路之巷@.a帳卡+()#轉\n０ｘ一\u200b\ufe0f") | st.characters(), max_size=80))
def test_any_text_can_be_searched(text: str) -> None:
    found = personal_data(text)
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


@pytest.mark.parametrize(
    "piece",
    ["1 ", "0912345678 ", "路1號", "帳號 1234567890 ", "a@a.", "No. 1 Aa Rd ", "車 AB-1234 ", "4111111111111111 "],
)
def test_a_text_made_to_be_slow_is_searched_in_bounded_time(piece: str) -> None:
    started = time.process_time()
    personal_data(piece * (50_000 // len(piece)))
    assert time.process_time() - started < 4
