"""Who is behind a user agent: people's browsers are never machines, machines are found."""

import random
import re
import string
import time
from datetime import UTC, datetime

import pytest
from crawleruseragents import CRAWLER_USER_AGENTS_DATA

from bridge.judgement import known_agents
from bridge.judgement.agents import MOST_CHARACTERS, Agent, agent_of, is_outdated

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
WEBVIEW = (
    "Mozilla/5.0 (Linux; Android 15; CPH2557 Build/AP3A.240617.008; wv) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Version/4.0 Chrome/154.0.7444.142 Mobile Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
CHROME = f"{WINDOWS} Chrome/154.0.0.0 Safari/537.36"

BROWSERS = {
    CHROME: ("chrome", 154, "windows"),
    f"{CHROME} Edg/154.0.0.0": ("edge", 154, "windows"),
    f"{CHROME} OPR/128.0.0.0": ("opera", 128, "windows"),
    f"{CHROME} Vivaldi/7.9": ("vivaldi", 7, "windows"),
    f"{CHROME} Brave/1.85": ("chrome", 154, "windows"),
    f"{CHROME} Avast/154.0.0.0": ("chrome", 154, "windows"),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0": (
        "firefox",
        146,
        "windows",
    ),
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": (
        "firefox",
        140,
        "linux",
    ),
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/154.0.0.0 "
    "Safari/537.36": (
        "chrome",
        154,
        "chromeos",
    ),
    "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko": ("ie", 11, "windows"),
    f"{MAC} Version/26.1 Safari/605.1.15": ("safari", 26, "macos"),
    f"{MAC} Version/17.4 Safari/605.1.15 Ddg/17.4": ("duckduckgo", 17, "macos"),
    f"{IPHONE} Version/26.0 Mobile/15E148 Safari/604.1": ("safari", 26, "ios"),
    f"{IPHONE} CriOS/154.0.7000.12 Mobile/15E148 Safari/604.1": ("chrome", 154, "ios"),
    f"{IPHONE} FxiOS/146.0 Mobile/15E148 Safari/605.1.15": ("firefox", 146, "ios"),
    f"{IPHONE} EdgiOS/154.0.0.0 Version/26.0 Mobile/15E148 Safari/604.1": ("edge", 154, "ios"),
    f"{IPHONE} GSA/380.0.792088326 Mobile/15E148 Safari/604.1": ("webview", 18, "ios"),
    f"{ANDROID} Chrome/154.0.0.0 Mobile Safari/537.36": ("chrome", 154, "android"),
    f"{ANDROID} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36": ("samsung", 29, "android"),
    f"{ANDROID} Chrome/154.0.0.0 Mobile Safari/537.36 EdgA/154.0.0.0": ("edge", 154, "android"),
    f"{ANDROID} Chrome/154.0.0.0 Mobile DuckDuckGo/5 Safari/537.36": ("duckduckgo", 5, "android"),
    "Mozilla/5.0 (Android 15; Mobile; rv:146.0) Gecko/146.0 Firefox/146.0": ("firefox", 146, "android"),
    "Mozilla/5.0 (Linux; Android 11; KFTRWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/120.4.1 "
    "like Chrome/120.0.0.0 Safari/537.36": ("chrome", 120, "android"),
}
"""Ordinary browsers: family, version, system."""

IN_APPS = {
    "Apple Mail, or any page inside an app": f"{IPHONE} Mobile/15E148",
    "Apple Mail on a Mac": MAC,
    "Facebook on iOS": f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/481.1.0.52.106;FBDV/iPhone12,1;FBSN/iOS;FBSV/18.7]",
    "Facebook on Android": f"{WEBVIEW} [FB_IAB/FB4A;FBAV/480.0.0.54.88;IABMV/1;]",
    "Facebook's newest": f"{WEBVIEW} MetaIAB Facebook",
    "Instagram on iOS": f"{IPHONE} Mobile/15E148 Instagram 406.0.0.58.159 (iPhone15,2; iOS 18_7; de_DE; scale=3.00)",
    "Instagram on Android": f"{WEBVIEW} Instagram 406.0.0.58.159 Android (35/15; 480dpi; OPPO; CPH2557; de_DE)",
    "LinkedIn on iOS": f"{IPHONE} Mobile/15E148 [LinkedInApp]/9.31.4651",
    "LinkedIn on Android": f"{WEBVIEW} [LinkedInApp]",
    "Teams": f"{WINDOWS} Teams/25290.205.4069.4894 Edg/154.0.0.0 Chrome/154.0.0.0 Safari/537.36 TeamsWebView2/2.4",
    "old Teams": f"{WINDOWS} Teams/1.5.00.9163 Chrome/85.0.4183.121 Electron/10.4.7 Safari/537.36",
    "Teams on iOS": f"{IPHONE} Mobile/15E148 TeamsMobile-iOS",
    "Slack": f"{WINDOWS} Slack_SSB/4.44.0 Chrome/154.0.0.0 Electron/38.0.0 Safari/537.36 Sonic Slack_SSB/4.44",
    "Notion": f"{WINDOWS} Notion/4.20.0 Chrome/138.0.0.0 Electron/37.2.1 Safari/537.36",
    "Outlook on Android": f"{WEBVIEW} OutlookMobile",
    "Gmail on Android": WEBVIEW,
    "WeChat": f"{WEBVIEW} MMWEBID/5219 MicroMessenger/8.0.50.2701 WeChat/arm64 Weixin NetType/WIFI Language/de",
    "Snapchat": f"{IPHONE} Mobile/15E148 Snapchat/13.20.0.42 (like Safari/8618.3.11.10.7, panda)",
    "Pinterest": f"{IPHONE} Mobile/15E148 [Pinterest/iOS]",
    "Twitter": f"{IPHONE} Mobile/15E148 Twitter for iPhone/11.40",
    "TikTok": f"{WEBVIEW} trill_400304 JsSdk/1.0 NetType/WIFI Channel/googleplay AppName/musical_ly ByteLocale/de",
    "GMX": f"{WEBVIEW} GMX/8.20",
    "a telephone called Cubot": "Mozilla/5.0 (Linux; Android 9; CUBOT Bot Spider) AppleWebKit/537.36 (KHTML, like"
    " Gecko) Chrome/154.0.0.0 Mobile Safari/537.36",
    "a telephone by ViewSonic": "Mozilla/5.0 (Linux; U; Android 4.3; en-US; ViewSonic A8+ Build/JLS36C)"
    " AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 UCBrowser/11.0.5.892 U3/0.8.0 Mobile Safari/534.30",
}
"""Pages inside apps: people read them."""

MACHINES = {
    "HeadlessChrome": f"{WINDOWS} HeadlessChrome/154.0.0.0 Safari/537.36",
    "Googlebot": f"{WINDOWS} Chrome/154.0.0.0 Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "bingbot": "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/"
    "bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
    "Safe Browsing": "Mozilla/5.0 (compatible; Google-Safety; +http://www.google.com/bot.html)",
    "LinkedIn's preview": "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Facebook's preview": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "iMessage's preview": f"{MAC} Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "Slack's preview": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Teams' preview": "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@example.com",
    "Bing's preview": f"{CHROME} BingPreview/1.0b",
    "WhatsApp's preview": "WhatsApp/2.23.20.0 A",
    "Barracuda": "Barracuda Sentinel (EE)",
    "Gmail's sampling": f"{WINDOWS} Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Gmail-content-sampling",
    "Proofpoint": f"{WINDOWS} Proofpoint URL Defense",
    "Mimecast": "Mimecast-URL-Protect/1.0",
    "VirusTotal": "Mozilla/5.0 (Windows; U; MSIE 9.0; Windows NT 9.0; en-US) AppEngine-Google; (+http://code.google.com/"
    "appengine; appid: s~virustotalcloud)",
    "Exchange": "Microsoft Exchange/15.20 (Windows NT 10.0; Win64; x64)",
    "Cloudflare": f"{CHROME} (compatible; +https://developers.cloudflare.com/security-center/)",
    "nobody knows it, but it says so": f"{CHROME} ExampleScanner/1.0 (abuse: https://scan.example.com)",
    "requests": "python-requests/2.32.5",
    "aiohttp": "Python/3.13 aiohttp/3.13.0",
    "curl": "curl/8.15.0",
    "Wget": "Wget/1.25.0",
    "Go": "Go-http-client/2.0",
    "Java": "Java/21.0.2",
    "Apache": "Apache-HttpClient/4.5.14 (Java/17.0.12)",
    "okhttp": "okhttp/4.12.0",
    "axios": "axios/1.12.2",
    "node-fetch": "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
    "node": "node",
    "Perl": "libwww-perl/6.78",
    "Ruby": "Ruby",
    "PHP": "GuzzleHttp/7",
    "Lua": "lua-resty-http/0.10 (Lua) ngx_lua/10019",
    "PowerShell": "Mozilla/5.0 (Windows NT; Windows NT 10.0; de-DE) WindowsPowerShell/5.1.19041.5965",
    "WinHTTP": "Mozilla/4.0 (compatible; Win32; WinHttp.WinHttpRequest.5)",
}

MAIL_PROGRAMS = {
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)": "windows",
    "Mozilla/4.0 (compatible; ms-office; MSOffice 16)": "",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Win64; x64; Trident/7.0; Microsoft Outlook 16.0.17328; "
    "ms-office; MSOffice 16)": "windows",
    "Microsoft Office Existence Discovery": "",
    "MacOutlook/16.46.21021202 (Intelx64 Mac OS X 11.2.2 (Build 20D80))": "macos",
    "Outlook-iOS/711.3061168.prod.iphone": "ios",
    "Outlook-Android/2.0": "android",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Thunderbird/128.5.0": "windows",
    "Mozilla/4.0 (compatible; Lotus-Notes/6.0; Windows-NT)": "windows",
    f"{CHROME} eM Client/10.1.5000": "windows",
}

PROXIES = {
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)": "image-proxy",
    "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html": "image-proxy",
    "Mozilla/5.0 (compatible; SeznamEmailProxy/3.1; +http://napoveda.seznam.cz/en/)": "image-proxy",
    "FastmailUA/1.0": "image-proxy",
    "Mozilla/5.0": "privacy-proxy",
}


@pytest.mark.parametrize(("text", "expected"), BROWSERS.items())
def test_people_surf_with_browsers(text: str, expected: tuple[str, int, str]) -> None:
    agent = agent_of(text)
    assert agent.kind == "browser"
    assert (agent.family, agent.major, agent.system) == expected


@pytest.mark.parametrize("app", IN_APPS)
def test_a_page_inside_an_app_is_read_by_a_person(app: str) -> None:
    assert agent_of(IN_APPS[app]).kind == "browser"


@pytest.mark.parametrize("machine", MACHINES)
def test_crawlers_libraries_previews_and_mail_scanners_are_machines_with_a_name(machine: str) -> None:
    agent = agent_of(MACHINES[machine])
    assert agent.kind == "machine"
    assert agent.name


@pytest.mark.parametrize(("text", "system"), MAIL_PROGRAMS.items())
def test_a_mail_program_is_neither_browser_nor_machine(text: str, system: str) -> None:
    assert (agent_of(text).kind, agent_of(text).system) == ("mail", system)


@pytest.mark.parametrize(("text", "kind"), PROXIES.items())
def test_proxies_that_fetch_for_people_are_no_machines(text: str, kind: str) -> None:
    assert agent_of(text).kind == kind


@pytest.mark.parametrize("text", [None, "", "   ", "\t"])
def test_no_agent_is_said_as_that(text: str | None) -> None:
    assert agent_of(text).kind == "none"


def test_what_nobody_knows_is_other() -> None:
    assert agent_of("Frobnicator 3000") == Agent("other")
    assert agent_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64)").kind == "other"


def test_nearly_every_crawler_of_the_package_is_found() -> None:
    known = [text for entry in CRAWLER_USER_AGENTS_DATA for text in entry["instances"]]
    missed = [
        text
        for text in known
        if agent_of(text).kind not in {"machine", "image-proxy", "none"} and "MetaIAB" not in text
    ]
    assert len(missed) < len(known) / 200, missed


def test_every_exception_still_stands_in_the_package() -> None:
    patterns = {entry["pattern"] for entry in CRAWLER_USER_AGENTS_DATA}
    assert {entry["pattern"] for entry in known_agents.own_list()["people"]} <= patterns


def test_every_entry_of_our_own_list_compiles_and_names_its_source() -> None:
    for entry in known_agents.own_list()["agents"]:
        assert re.compile(entry["pattern"])
        assert entry["kind"] in {"machine", "image-proxy", "mail"}
        assert entry["source"].startswith("https://")


@pytest.mark.parametrize(
    "text",
    [
        f"{WINDOWS} Chrome/41.0.2272.96 Safari/537.36",
        f"{WINDOWS} Chrome/99.0.4844.51 Safari/537.36",
        "Mozilla/5.0 (Windows NT 6.1; rv:56.0) Gecko/20100101 Firefox/56.0",
        f"{WINDOWS} Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763",
        "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
        "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
        f"{MAC} Version/9.1.2 Safari/601.7.7",
        "Opera/9.80 (Windows NT 6.1) Presto/2.12.388 Version/12.18",
    ],
)
def test_ancient_browsers_are_outdated(text: str) -> None:
    assert is_outdated(agent_of(text), NOW)


@pytest.mark.parametrize(
    "text",
    [
        *(text for text in BROWSERS if "Trident" not in text),
        f"{WINDOWS} Chrome/120.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 15_8_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
        " Version/15.6.7 Mobile/15E148 Safari/604.1",
        f"{MAC} Version/15.6 Safari/605.1.15",
        "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; ms-office; MSOffice 16)",
        "Mozilla/5.0",
        "curl/7.1",
        "",
    ],
)
def test_what_people_use_is_not_outdated(text: str) -> None:
    assert not is_outdated(agent_of(text), NOW)


def test_a_version_grows_old_by_the_calendar() -> None:
    chrome = agent_of(f"{WINDOWS} Chrome/153.0.0.0 Safari/537.36")
    assert not is_outdated(chrome, datetime(2030, 9, 1, tzinfo=UTC))
    assert is_outdated(chrome, datetime(2030, 10, 1, tzinfo=UTC))


def test_nothing_that_a_stranger_sends_makes_it_fail_or_take_long() -> None:
    dice = random.Random(14)
    nasty = [
        "Mozilla/5.0 (Linux;" + "Android" * 5000,
        "(Linux; Android " * 5000,
        "Trident/ rv:" * 5000,
        "ContextualBot" * 5000,
        "OS 9_ like Mac OS X" * 5000,
        "Mozilla/5.0 iPhone OS 99999999999_9 like Mac OS X AppleWebKit/ Chrome/99999999999 Version/9999999 Safari/",
        "\x00\ud800ÄÖ",
        *("".join(dice.choices(string.printable, k=2000)) for _ in range(50)),
    ]
    for text in nasty:
        start = time.thread_time()
        is_outdated(agent_of(text), NOW)
        assert time.thread_time() - start < 0.5
    assert agent_of(CHROME + " " * 2 + "x" * MOST_CHARACTERS).family == "chrome"
