"""The areas of a country that may have an office calendar of their own, by ISO 3166-2."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.core.restdays import areas_of as library_areas

TAIWAN: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        f"TW-{code}": MappingProxyType({"zh-Hant-TW": chinese, "en": english})
        for code, chinese, english in (
            ("KEE", "基隆市", "Keelung City"),
            ("TPE", "臺北市", "Taipei City"),
            ("NWT", "新北市", "New Taipei City"),
            ("TAO", "桃園市", "Taoyuan City"),
            ("HSZ", "新竹市", "Hsinchu City"),
            ("HSQ", "新竹縣", "Hsinchu County"),
            ("MIA", "苗栗縣", "Miaoli County"),
            ("TXG", "臺中市", "Taichung City"),
            ("CHA", "彰化縣", "Changhua County"),
            ("NAN", "南投縣", "Nantou County"),
            ("YUN", "雲林縣", "Yunlin County"),
            ("CYI", "嘉義市", "Chiayi City"),
            ("CYQ", "嘉義縣", "Chiayi County"),
            ("TNN", "臺南市", "Tainan City"),
            ("KHH", "高雄市", "Kaohsiung City"),
            ("PIF", "屏東縣", "Pingtung County"),
            ("ILA", "宜蘭縣", "Yilan County"),
            ("HUA", "花蓮縣", "Hualien County"),
            ("TTT", "臺東縣", "Taitung County"),
            ("PEN", "澎湖縣", "Penghu County"),
            ("KIN", "金門縣", "Kinmen County"),
            ("LIE", "連江縣", "Lienchiang County"),
        )
    }
)
"""In the order of official lists: from the north to the south, then the east and the islands."""


def areas_of(country: str) -> Mapping[str, Mapping[str, str]]:
    """Code -> name by BCP 47 tag. Of other countries those the holiday library knows, named by their codes."""
    if country == "TW":
        return TAIWAN
    return {code: {"en": code} for code in library_areas(country)}
