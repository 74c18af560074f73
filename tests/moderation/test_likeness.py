"""Passages that stand in an earlier text."""

from __future__ import annotations

import time

import pytest

from moderation.likeness import LEAST_CHARACTERS, closest, likeness

CHINESE = (
    "夜間公車自三月起延長到十二點半，先開三條路線，分別經過市立醫院、火車站與大學城。"
    "班距為二十分鐘，司機加給由今年度預算支應，半年後公布搭乘人數，再決定要不要增開其他路線。"
    "不足的班次先由小型巴士補上，站牌時刻表會在二月底前更換完成。"
)
OTHER = (
    "公園的遮陽棚優先裝在最熱的三座公園，採可收式，颱風警報時收起。新種的喬木簽三年養護契約，"
    "死亡的樹一個月內補植，澆水紀錄每週上網，飲水臺的水質檢驗結果每季張貼在旁，請大家一起監督。"
)
ENGLISH = (
    "From March the last buses leave half an hour after midnight on three lines, which pass the hospital, the main "
    "station and the university. We will publish how many people ride them after six months, and decide then."
)


def passages(text: str, earlier: str) -> list[str]:
    return [text[one.start : one.end] for one in likeness(text, earlier).passages]


@pytest.mark.parametrize("text", [CHINESE, ENGLISH])
def test_a_text_used_again_repeats_all_of_it(text: str) -> None:
    assert likeness(text, text).share == 1
    assert likeness(text, text).is_large


@pytest.mark.parametrize(("text", "earlier"), [(CHINESE, OTHER), (OTHER, CHINESE)])
def test_texts_about_something_else_share_nothing(text: str, earlier: str) -> None:
    assert likeness(text, earlier).share == 0


def test_case_punctuation_width_and_markdown_do_not_hide_a_repetition() -> None:
    assert likeness(ENGLISH.upper().replace(", ", " – "), ENGLISH).share == 1
    assert likeness(f"**{CHINESE}**".replace("，", ","), CHINESE).share == 1


def test_the_passages_are_those_of_the_text_as_it_was_typed() -> None:
    text = f"謝謝你的意見。{CHINESE[42:90]}這次我們另外回答：捷運站的電梯會在明年完工，施工期間有接駁車，也會派人引導。"
    assert passages(text, CHINESE) == [CHINESE[42:90].rstrip("，。、")]
    assert 0 < likeness(text, CHINESE).share < 1


def test_a_few_words_in_common_are_no_passage() -> None:
    text = OTHER + "夜間公車自三月起延長到。"
    assert passages(text, CHINESE) == []


def test_changed_names_do_not_hide_a_canned_answer() -> None:
    changed = CHINESE.replace("三月", "五月").replace("市立醫院", "圖書館").replace("二十分鐘", "十五分鐘")
    assert likeness(changed, CHINESE).is_large


@pytest.mark.parametrize(
    "quotation",
    [
        "> 汽車駕駛人停車時，有下列情形之一者，處新臺幣六百元以上一千二百元以下罰鍰：一、在禁止臨時停車處所停車。",
        "「汽車駕駛人停車時，有下列情形之一者，處新臺幣六百元以上一千二百元以下罰鍰，並得令其移置車輛。」",
    ],
)
def test_a_quotation_of_the_law_reads_the_same_everywhere(quotation: str) -> None:
    assert likeness(f"{CHINESE}\n\n{quotation}", f"{OTHER}\n\n{quotation}").share == 0


def test_a_reference_to_an_article_is_no_repetition() -> None:
    law = "依道路交通管理處罰條例第 56 條第 1 項規定"
    assert likeness(CHINESE + law, OTHER + law).share == 0


def test_short_texts_are_not_compared() -> None:
    text = CHINESE[: LEAST_CHARACTERS - 1]
    assert likeness(text, text).share == 0
    assert likeness(CHINESE, text).share == 0


def test_the_closest_of_many_is_found() -> None:
    earlier = [OTHER, CHINESE[:90] + OTHER, CHINESE.replace("三月", "五月"), ENGLISH]
    found = closest(CHINESE, earlier)
    assert found is not None
    assert found[0] == 2
    assert found[1] == likeness(CHINESE, earlier[2])
    assert closest(CHINESE, [OTHER, ENGLISH]) is None
    assert closest("Short.", ["Short."]) is None


def test_a_text_of_letters_that_grow_when_folded_is_compared_too() -> None:
    text = ENGLISH.replace("station", "Straße")
    found = closest(text, [text])
    assert found is not None
    assert found[1].share == 1


def test_two_thousand_earlier_texts_are_read_in_a_moment() -> None:
    earlier = [CHINESE.replace("公車", f"公車{n}") for n in range(2000)]
    begun = time.perf_counter()
    assert closest(OTHER, earlier) is None
    assert closest(CHINESE, earlier) is not None
    assert time.perf_counter() - begun < 3


@pytest.mark.parametrize("piece", ["「", "依", "> ", "a", "第一", "《", '"'])
def test_no_text_keeps_the_server_busy(piece: str) -> None:
    nasty = piece * 5000
    begun = time.perf_counter()
    assert 0 <= likeness(nasty, nasty).share <= 1
    assert time.perf_counter() - begun < 1
