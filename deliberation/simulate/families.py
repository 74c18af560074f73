"""Families of planted conversations: groups in four kinds, and one spread of views in many shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Unpack

import numpy as np
from scipy.spatial.distance import pdist

from deliberation.simulate.planted import Codes, Planted, Views
from deliberation.simulate.scene import Scene, Setting
from deliberation.simulate.views import Leanings, Nearness, Rates, Topics
from deliberation.votes import Floats

N_TOPICS = 8
SLIPS = 0.1
# Layouts of groups to choose the most even one from: few, so that some groups lie nearer together than others.
LAYOUTS = 4

# One spread of views each, with mean 0 and variance 1 on every axis.
SHAPES: dict[str, Callable[[np.random.Generator, tuple[int, int]], Floats]] = {
    "normal": lambda rng, size: rng.standard_normal(size),
    "uniform": lambda rng, size: rng.uniform(-np.sqrt(3), np.sqrt(3), size),
    "skewed": lambda rng, size: rng.exponential(1.0, size) - 1.0,
    "line": lambda rng, size: rng.uniform(-np.sqrt(3), np.sqrt(3), size) * np.array([1.0] + [0.2] * (size[1] - 1)),
    "lopsided": lambda rng, size: (rng.beta(1.5, 4.0, size) - 3 / 11) / np.sqrt(48 / 1573),
    "heavy": lambda rng, size: rng.standard_t(3, size) / np.sqrt(3),
}
LINKS = ("logistic", "ideal points")


def camps(n_groups: int = 3, *, strength: float = 0.25, **setting: Unpack[Setting]) -> Planted:
    """Each group has its own rate of agreeing with each statement; inside a group all are alike.

    `strength`, between 0 and 1, is the share of the variance of answers that lies between the groups (Wright's F_ST).
    Rates are beta about a statement's own popularity: Balding and Nichols (1995), "A method for quantifying
    differentiation between populations at multi-allelic loci".
    """
    if not 0 < strength < 1:
        raise ValueError(f"strength lies between 0 and 1, not {strength}")
    scene, rng, groups = _begun(n_groups, setting)
    popularity = rng.uniform(0.1, 0.9, scene.n_statements)
    likeness = (1 - strength) / strength
    rates = rng.beta(likeness * popularity, likeness * (1 - popularity), (n_groups, scene.n_statements))
    return scene.voted(Rates(groups, rates), groups, n_groups, rng)


def clouds(
    n_groups: int = 3, *, separation: float = 4.0, dims: int = 3, strength: float = 1.0, **setting: Unpack[Setting]
) -> Planted:
    """Normal clouds of people in `dims` dimensions, who answer by a logistic model: the map's own family.

    `separation` is the distance of the two nearest centres in standard deviations of a cloud: 2 touch, 5 are clear.
    `strength` is the standard deviation of a statement's log-odds inside a cloud.
    """
    scene, rng, groups = _begun(n_groups, setting)
    places = _clouds(groups, n_groups, separation, dims, rng)
    return scene.voted(_leanings(places, strength, scene, rng), groups, n_groups, rng)


def ideal_points(
    n_groups: int = 3, *, separation: float = 4.5, dims: int = 2, steepness: float = 1.2, **setting: Unpack[Setting]
) -> Planted:
    """Normal clouds of people who agree with the statements near them.

    `separation` as in `clouds`; `steepness` is the log-odds lost for each standard deviation of distance.
    """
    scene, rng, groups = _begun(n_groups, setting)
    places = _clouds(groups, n_groups, separation, dims, rng)
    return scene.voted(_nearness(places, steepness, scene, rng), groups, n_groups, rng)


def topics(n_groups: int = 3, *, caring: float = 0.7, strength: float = 1.5, **setting: Unpack[Setting]) -> Planted:
    """Statements belong to topics; each group is for or against some of them and indifferent to the rest.

    `caring` is the share of topics a group cares about. Those who do not care answer by how it sounds, and pass more.
    Inside a group people vary about its stance, each group by its own measure, alike for all statements of a topic.
    """
    scene, rng, groups = _begun(n_groups, setting)

    def drawn() -> Floats:
        return rng.choice([-1.0, 1.0], (n_groups, N_TOPICS)) * (rng.random((n_groups, N_TOPICS)) < caring)

    stances = _most_even([drawn() for _ in range(LAYOUTS)])
    widths = rng.uniform(0.4, 0.9, n_groups)
    own = stances[groups] + widths[groups][:, None] * rng.standard_normal((scene.n_people, N_TOPICS))
    about = rng.permutation(np.arange(scene.n_statements, dtype=np.int32) % N_TOPICS)
    directions = strength * rng.choice([-1.0, 1.0], scene.n_statements) * rng.uniform(0.5, 1.5, scene.n_statements)
    moods = 0.5 * rng.standard_normal(scene.n_statements)
    views = Topics(own, stances[groups] != 0, about, directions, moods, SLIPS)
    return scene.voted(views, groups, n_groups, rng)


def spread(
    shape: str = "normal",
    *,
    link: str = "logistic",
    dims: int = 2,
    strength: float = 1.5,
    **setting: Unpack[Setting],
) -> Planted:
    """One continuum of views: the truth is 1 group, whatever its `shape` (one of `SHAPES`).

    `link` is how places become answers, one of `LINKS`: "logistic" as in `clouds`, "ideal points" as in
    `ideal_points`. `strength` is how much places matter: the log-odds per standard deviation.
    """
    if shape not in SHAPES:
        raise ValueError(f"a shape is one of {', '.join(SHAPES)}, not {shape!r}")
    if link not in LINKS:
        raise ValueError(f"a link is one of {', '.join(LINKS)}, not {link!r}")
    scene, rng, groups = _begun(1, setting)
    places = SHAPES[shape](rng, (scene.n_people, _checked(dims)))
    answer = _leanings if link == "logistic" else _nearness
    return scene.voted(answer(places, strength, scene, rng), groups, 1, rng)


# Takes the number of groups first, and the settings of a `Scene` by name.
Family = Callable[..., Planted]
FAMILIES: dict[str, Family] = {
    "camps": camps,
    "clouds": clouds,
    "ideal points": ideal_points,
    "topics": topics,
}


def _begun(n_groups: int, setting: Setting) -> tuple[Scene, np.random.Generator, Codes]:
    scene = Scene(**setting)
    rng = np.random.default_rng(scene.random_state)
    return scene, rng, scene.groups(n_groups, rng)


def _checked(dims: int) -> int:
    if dims < 1:
        raise ValueError(f"dims is at least 1, not {dims}")
    return dims


def _clouds(groups: Codes, n_groups: int, separation: float, dims: int, rng: np.random.Generator) -> Floats:
    """Places (n_people, dims) of people about their group's centre."""
    centres = _most_even([rng.standard_normal((n_groups, _checked(dims))) for _ in range(LAYOUTS)])
    if n_groups > 1:
        centres *= separation / pdist(centres).min()
    places: Floats = (centres - centres.mean(axis=0))[groups] + rng.standard_normal((len(groups), dims))
    return places


def _most_even(layouts: list[Floats]) -> Floats:
    """The layout whose two nearest rows are farthest apart, measured by its mean distance."""
    if len(layouts[0]) < 2:
        return layouts[0]
    apart = [pdist(layout) for layout in layouts]
    return layouts[int(np.argmax([one.min() / max(one.mean(), 1e-12) for one in apart]))]


def _leanings(places: Floats, strength: float, scene: Scene, rng: np.random.Generator) -> Views:
    dims = places.shape[1]
    loadings = strength / np.sqrt(dims) * rng.standard_normal((scene.n_statements, dims))
    return Leanings(places, loadings, rng.standard_normal(scene.n_statements))


def _nearness(places: Floats, steepness: float, scene: Scene, rng: np.random.Generator) -> Views:
    """Statements lie where people are, and a little beyond; about half of the people are within reach of one."""
    dims = places.shape[1]
    targets = 1.2 * places.std(axis=0) * rng.standard_normal((scene.n_statements, dims))
    typical = np.sqrt((places.var(axis=0) * (1 + 1.2**2)).sum())
    reaches = typical * rng.uniform(0.6, 1.3, scene.n_statements)
    return Nearness(places, targets, reaches, steepness)
