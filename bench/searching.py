"""Milliseconds of a search over 50,000 texts: our index against a LIKE scan of the same rows, on both engines.

    python -m bench.searching             # or: --texts 5000

Both look for the same words in the same run and give the newest 21 or the best 21 that hold them; read the ratios.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from app import create_app
from app.core.context import Context
from app.opinions.models import Statement
from app.opinions.rules import Origin
from app.search.building import rebuild
from app.search.queries import Wanted, closest, search
from app.search.rules import question_terms
from app.topics.models import Topic
from app.topics.rules import TopicKind
from bench.servers import environment, flask
from tests.support.postgres import running_postgres

SUBJECTS = (
    "夜間公車",
    "路燈",
    "人行道",
    "公園長椅",
    "停車位",
    "垃圾車",
    "夜市噪音",
    "長照據點",
    "托育費用",
    "圖書館冷氣",
    "紅綠燈",
    "自行車道",
    "游泳池",
    "野狗",
    "老樹",
)
SAYS = (
    "太少",
    "太暗",
    "太貴",
    "壞了很久",
    "應該增加",
    "晚上十點以後沒有",
    "每天都要排隊",
    "對輪椅很不方便",
    "請改到七點",
    "比較需要",
    "讓孩子走",
    "不要再拖",
)
WHERE = ("河灣區", "柳園區", "山前區", "竹溪里", "車站前", "市場旁", "學校後門", "第三期重劃區", "我家巷口", "捷運出口")
ENGLISH = (
    "buses",
    "lights",
    "parking",
    "market",
    "noise",
    "garden",
    "benches",
    "library",
    "children",
    "nights",
    "station",
    "street",
    "crossing",
)
QUESTIONS = (
    "公車",
    "車",
    "夜間公車",
    "路燈 車站",
    "自行車道 輪椅",
    "buses",
    "market noise",
    "游泳池 第三期重劃區",
    "不存在的詞",
)
CONCERN = "我家巷口的路燈壞了很久，晚上十點以後走夜間公車回家的路上很暗，希望早點修好"
TIMES = 7


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.searching", description=__doc__)
    parser.add_argument("--texts", type=int, default=50_000)
    texts = parser.parse_args().texts
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}; {texts:,} texts, median of {TIMES}")
    with tempfile.TemporaryDirectory() as folder:
        _engine("SQLite", Path(folder) / "sqlite", "", texts)
        with running_postgres(durable=True) as server:
            _engine("PostgreSQL", Path(folder) / "postgresql", server.create_database("bench"), texts)


def _engine(name: str, data: Path, database_url: str, texts: int) -> None:
    data.mkdir()
    env = environment(data, database_url)
    flask(env, "migrate")
    app = create_app(env)
    work = app.extensions["acting"].work
    with app.app_context():
        with work() as ctx:
            _fill(ctx, texts)
        began = time.perf_counter()
        rebuild(work)
        took = time.perf_counter() - began
        print(f"\n{name}: built in {took:.0f} s, {texts / took:,.0f} texts a second")
        print(f"{'question':>24} {'ours ms':>9} {'LIKE ms':>9} {'LIKE / ours':>12}")
        with work() as ctx:
            if database_url:
                ctx.session.execute(sa.text("ANALYZE"))
            for question in QUESTIONS:
                _row(ctx, question)
            alike = _median(lambda: closest(ctx, CONCERN, Wanted(), 4))
            print(f"{'what is like a concern':>24} {alike:9.1f}", flush=True)


def _row(ctx: Context, question: str) -> None:
    ours = _median(lambda: search(ctx, Wanted(question)))
    scan = _median(lambda: _scan(ctx, question))
    print(f"{question:>24} {ours:9.1f} {scan:9.1f} {scan / ours:12.1f}", flush=True)


def _scan(ctx: Context, question: str) -> object:
    """What a search without an index does: read every text."""
    holds = [Statement.text.icontains(term.word, autoescape=True) for term in question_terms(question)]
    query = sa.select(Statement).where(Statement.hidden_at.is_(None), *holds).order_by(Statement.written_at.desc())
    return ctx.session.scalars(query.limit(21)).all()


def _median(act: Callable[[], object]) -> float:
    def once() -> float:
        began = time.perf_counter()
        act()
        return (time.perf_counter() - began) * 1000

    once()
    return statistics.median(once() for _ in range(TIMES))


def _fill(ctx: Context, texts: int) -> None:
    lot = random.Random(14)
    topics = [
        Topic(kind=TopicKind.ISSUE, slug=f"topic-{n}", title={"en": f"Topic {n}"}, summary={}, opened_at=ctx.now)
        for n in range(20)
    ]
    ctx.session.add_all(topics)
    ctx.session.flush()
    rows = [
        {
            "topic_id": lot.choice(topics).id,
            "key": f"text {n}",
            "text": _text(lot, n),
            "lang": "zh-Hant-TW",
            "origin": Origin.SEED,
            "written_at": ctx.now - timedelta(minutes=n),
        }
        for n in range(texts)
    ]
    ctx.session.execute(sa.insert(Statement), rows)


def _text(lot: random.Random, n: int) -> str:
    if n % 5 == 0:
        return " ".join(lot.choices(ENGLISH, k=12))
    return "，".join(lot.choice(WHERE) + "的" + lot.choice(SUBJECTS) + lot.choice(SAYS) for _ in range(3)) + "。"


if __name__ == "__main__":
    main()
