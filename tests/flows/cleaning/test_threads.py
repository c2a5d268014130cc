"""Comment threads: found in whatever way a site writes who said what and when, and never where the article is."""

import time

import numpy as np
import pyarrow as pa
import pytest

from flows.cleaning.choice import choose_rules
from flows.cleaning.ground import Ground, Pages, lay_ground
from flows.cleaning.threads import THREAD
from flows.settings import load_settings
from flows.sites import load_profiles
from flows.sites.overrides import Overrides

STORY = """\
The lock keeper's cottage
The last keeper left in 1971, and since then the cottage below the weir has belonged to nobody but the swallows.
This spring the parish council put a new roof on it, and on Sunday the door stood open for the first time.
Visitors may climb to the loft, where the keeper's ledgers still lie in the drawer in which he left them."""

WORDPRESS = """\
3 thoughts on “The lock keeper's cottage”
Marta
May 3, 2014 at 9:12 am
My grandmother was born in that loft. She never said a word about swallows, but she feared the weir all her life.
Reply
weirwatcher
May 3, 2014 at 11:40 am
The drawer was stuck when I was there.
Reply
Tom B.
May 4, 2014 at 8:05 pm
You have to lift it a little. Then it goes."""

BLOGGER = """\
Marta said...
My grandmother was born in that loft. She never said a word about swallows, but she feared the weir all her life.
May 3, 2014 9:12 AM
weirwatcher said...
The drawer was stuck when I was there.
May 3, 2014 11:40 AM
Tom B. said...
You have to lift it a little. Then it goes."""

STAMPS_BELOW = """\
Comments
My grandmother was born in that loft. She never said a word about swallows, but she feared the weir all her life.
Posted by: Marta | May 03, 2014 at 09:12 AM
The drawer was stuck when I was there.
Posted by: weirwatcher | May 03, 2014 at 11:40 AM
You have to lift it a little. Then it goes.
Posted by: Tom B. | May 04, 2014 at 08:05 PM"""

ONLY_REPLIES = """\
Join the discussion
Marta · 3d
My grandmother was born in that loft. She never said a word about swallows, but she feared the weir all her life.
Reply
weirwatcher · 2d
The drawer was stuck when I was there.
Reply
Tom B. · 1d
You have to lift it a little. Then it goes.
Reply"""

GERMAN = """\
2 Kommentare
Marta, 3. Mai 2014 um 9:12 Uhr
Meine Großmutter ist in diesem Dachboden geboren. Von Schwalben hat sie nie etwas gesagt, nur vom Wehr.
Wehrwart, 3. Mai 2014 um 11:40 Uhr
Die Schublade hat geklemmt, als ich da war."""

JAPANESE = """\
コメント
山下 2014年05月03日 09:12
祖母はあの屋根裏で生まれました。燕の話は一度も聞いたことがありませんが、堰はずっと怖がっていました。
川守 2014年05月03日 11:40
引き出しは固くて開きませんでした。
田中 2014年05月04日 20:05
少し持ち上げると開きますよ。"""

ONE = """\
1 comment
Marta
May 3, 2014 at 9:12 am
My grandmother was born in that loft."""


def laid(*texts: str) -> Ground:
    count = len(texts)
    pages = Pages(
        texts=pa.array(texts, pa.string()),
        titles=pa.nulls(count, pa.string()),
        sites=[f"{number}.example" for number in range(count)],
        site=np.arange(count),
        url=np.full(count, -1),
        fetched=np.zeros(count, dtype=np.int64),
    )
    rules = choose_rules(load_profiles(), pages.sites, site=pages.site, fetched=pages.fetched)
    return lay_ground(pages, rules, load_settings(), Overrides({}))


def removed(text: str) -> list[str]:
    """Return the lines that rules remove, threads among them."""
    ground = laid(text)
    return ground.lines.texts(np.flatnonzero(ground.ruled))


def in_threads(text: str) -> list[str]:
    """Return the lines that are removed for no other reason than that they stand in a thread."""
    ground = laid(text)
    return [
        ground.lines.text(entry)
        for entry in np.flatnonzero(ground.ruled)
        if ground.matches[ground.match[entry]] is THREAD
    ]


@pytest.mark.parametrize(
    "thread", [WORDPRESS, BLOGGER, STAMPS_BELOW, ONLY_REPLIES, GERMAN, JAPANESE, ONE], ids=lambda text: text[:12]
)
def test_a_thread_goes_and_the_story_stays(thread: str) -> None:
    assert removed(f"{STORY}\n{thread}") == thread.split("\n")


def test_two_pages_have_their_own_threads() -> None:
    ground = laid(f"{STORY}\n{BLOGGER}", STORY)
    assert np.unique(ground.lines.document[ground.ruled]).tolist() == [0]


def test_a_thread_ends_where_something_known_begins() -> None:
    page = f"{STORY}\n{WORDPRESS}\nLeave a comment\nName\nWebsite"
    assert "Name" not in in_threads(page)
    assert in_threads(page)[-1] == "You have to lift it a little. Then it goes."


def test_the_pages_own_date_may_be_written_like_those_of_its_comments() -> None:
    page = f"{STORY}\nPosted by: Jo | May 02, 2014 at 07:00 AM\n{STAMPS_BELOW}"
    assert not set(STORY.split("\n")) & set(removed(page))
    assert set(STAMPS_BELOW.split("\n")) <= set(removed(page))


class TestWhatIsNoThread:
    def test_the_first_post_of_a_forum(self) -> None:
        posts = "Anna, May 3, 2014 at 9:12 am\n" + STORY.replace("\n", " ") + "\nReply\n"
        page = posts + WORDPRESS.partition("\n")[2]
        assert STORY.replace("\n", " ") not in removed(page)

    def test_a_live_blog_with_a_link_to_its_comments(self) -> None:
        posts = [
            f"May 3, 2014 at {9 + hour}:12 am\nThe water has risen by {hour} metres, the council says now."
            for hour in range(3)
        ]
        page = "214 comments\n" + STORY + "\n" + "\n".join(posts)
        assert in_threads(page) == []

    def test_an_interview_that_lets_him_say_it(self) -> None:
        page = "\n".join([STORY, *(f"Then the keeper said:\n“I have seen it {n} times.”" for n in ("two", "six"))])
        assert in_threads(page) == []

    def test_a_list_of_dates(self) -> None:
        page = f"{STORY}\nComments\n" + "\n".join(f"May {day}, 2014, 8 pm, parish hall" for day in (3, 4, 5))
        assert not set(STORY.split("\n")) & set(removed(page))

    def test_an_article_between_a_link_to_comments_and_dates_of_other_stories(self) -> None:
        head = "The council's web page is being renewed; some links may not work.\nComments\n"
        foot = "\n".join(
            f"{title}\nMay {day}, 2014 at 7:00 am" for day, title in enumerate(("Weir", "Mill", "Ford"), 1)
        )
        assert in_threads(f"{head}{STORY}\n{foot}") == []

    def test_one_stamp_above_the_article(self) -> None:
        page = f"We use the county's weather data on all pages of this site.\n3 comments\nJo\nMay 3, 2014 at 9:12 am\n{STORY}"
        assert in_threads(page) == []

    def test_headlines_that_end_in_says(self) -> None:
        teasers = "\n".join(
            f"{what} may close, council says\nNothing is decided yet." for what in ("Mill", "Ford", "Weir")
        )
        assert in_threads(f"{STORY}\n{teasers}") == []


def test_many_stamps_take_no_longer_than_their_lines() -> None:
    def seconds(times: int) -> float:
        some = "12 comments\nAnna, May 3, 2014 at 9:12 am\nYes.\nReply\n" + "x\n" * 13
        page = f"{STORY}\n{some * times}"
        began = time.process_time()
        laid(page)
        return time.process_time() - began

    seconds(10)
    assert seconds(4000) < 6 * max(0.1, seconds(1000))
