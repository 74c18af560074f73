"""Words of abuse and bait for children: found however they are hidden, and not where they are none."""

from __future__ import annotations

import pytest

from moderation.lexicon import abuse, words_of_abuse
from moderation.minors import contact_bait
from moderation.signals import SignalKind


def words(text: str) -> list[str]:
    return [text[one.passage.start : one.passage.end] for one in words_of_abuse(text)]


@pytest.mark.parametrize(
    "text",
    [
        "幹你娘", "幹*你*娘", "幹 你 娘", "干你娘", "幹\u200b你娘", "幹．你．娘",
        "fuck", "FUCK", "ｆｕｃｋ", "fuсk", "f u c k", "f.u.c.k", "fuuuuck", "fu\u200bck", "f**k", "fück",
        "sh1t", "a$$hole", "bullsh!t", "b1tch",
    ],
)  # fmt: skip
def test_a_hidden_spelling_hides_nothing(text: str) -> None:
    assert words(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "Scunthorpe and Penistone need a bus, says Mr Cockburn of Essex; we assess the classics.",
        "A spick and span cockpit, flame retardant; the chink in the armour; shiitake and bass.",
        "心智障礙者的長照據點太遠", "個人渣打馬拉松報名", "這支那麼短的路為什麼修三年", "停靠北門站的公車",
        "降低能源消耗", "過去死亡人數", "媽媽的托育補助", "其他媽媽也這麼想", "第三小學", "印度支那半島", "火雞巴西",
        "幹部應該說明，幹線公車要能幹一點", "垃圾車太早來，請讓垃圾分類更清楚",
        "市長的政策失敗，官員該下臺", "廢物回收再利用",
        "I disagree with everything the mayor does; resign!", "kill time, not yourself", "5*5*4 m", "** 重點 **",
    ],
)  # fmt: skip
def test_names_harmless_words_and_sharp_opinions_are_no_abuse(text: str) -> None:
    assert words(text) == []


def test_each_kind_of_abuse_is_one_signal_with_its_gravest_word() -> None:
    signals = {one.kind: one for one in abuse("你這個白痴，他媽的賤人，我要打死你")}
    assert {kind: one.amount for kind, one in signals.items()} == {
        SignalKind.INSULT: 2,
        SignalKind.PROFANITY: 1,
        SignalKind.THREAT: 3,
    }
    assert signals[SignalKind.INSULT].figures == {"words": 2, "quoted": 0}


@pytest.mark.parametrize("text", ["他當眾罵我「婊子」，主席沒有制止", 'He called me a "bitch" and nobody stopped him'])
def test_who_reports_an_insult_is_not_held_like_who_insults(text: str) -> None:
    (signal,) = abuse(text)
    assert signal.amount == 1
    assert signal.figures["quoted"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "國中妹妹你幾歲？加我的LINE，不要跟爸媽說",
        "小朋友 妳讀國小嗎 傳 照片 給我 ，送你點數",
        "高中女生嗎？要不要單獨出來見面，我去接妳",
        "How old are you? Send me a pic, don't tell your parents",
        "any middle school girls here? add me, i'll buy you robux",
        "ｈｏｗ ｏｌｄ ａｒｅ ｙｏｕ, what's your snap",
    ],
)
def test_who_asks_a_child_for_contact_a_photo_or_a_meeting_is_seen(text: str) -> None:
    (signal,) = contact_bait(text)
    assert signal.amount >= 2
    assert signal.passages


@pytest.mark.parametrize(
    "text",
    [
        "國中生應該有自己的公車路線", "加我的 LINE 群組，里民都在", "網友約國中生單獨見面的案件增加，警方應宣導",
        "新聞說有人對小朋友說「加我賴，不要告訴爸媽」", "高中生票價有疑問請私訊我承辦人", "孩子走失時請打電話給學校",
        "Kids need a playground; add me to the mailing list.",
        "Teens should learn to report strangers who ask for photos.",
        'A stranger wrote "send me a pic, how old are you" to pupils.', "Text me when the minutes are out.",
        "你們單位電話是多少？" + "路燈。" * 60 + "國中生常走這裡。",
    ],
)  # fmt: skip
def test_speaking_of_children_and_asking_neighbours_is_no_bait(text: str) -> None:
    assert contact_bait(text) == []
