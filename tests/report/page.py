#!/usr/bin/python3
"""The report's page in headless Chromium: light and dark, wide and narrow, by keyboard, with a flood of output.

page.py KILN FOLDER: screenshots stay in FOLDER.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

try:
    from selenium import webdriver
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError:
    sys.exit("page.py needs Debian's python3-selenium, chromium and chromium-driver; scripts/test installs them")

LINES = 100_000
TEMPLATE = """
source "null" "quiet" {
  communicator = "none"
}
source "null" "talkative" {
  communicator = "none"
}
build {
  name    = "page"
  sources = ["null.quiet"]
  provisioner "shell-local" {
    name   = "a step with a <name>"
    inline = ["echo to the quiet one", "echo to stderr >&2"]
  }
  provisioner "shell-local" {
    continue_on_error = true
    inline            = ["exit 5"]
  }
}
build {
  name    = "flood"
  sources = ["null.talkative"]
  provisioner "shell-local" { inline = ["seq -f 'line %%g says <b>something</b>' %d"] }
  provisioner "shell-local" { inline = ["exit 3"] }
}
""" % LINES


def make_report(kiln, folder):
    (folder / "t.pkr.hcl").write_text(TEMPLATE)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "ASAN_OPTIONS": "detect_leaks=0"}
    run = subprocess.run([kiln, "build", "-color=false", "-report", "report.html", "t.pkr.hcl"], cwd=folder,
                         env=environment, stdout=subprocess.DEVNULL, check=False)
    assert run.returncode == 1, "one of the two builds fails"
    return folder / "report.html"


def start(width, height, scheme, folder):
    options = webdriver.ChromeOptions()
    # Chromium's own sandbox wants no root; the page is ours.
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     f"--user-data-dir={folder}", f"--window-size={width},{height}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options)
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia",
                            {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    return browser


def until(what, browser, patience=60):
    deadline = time.monotonic() + patience
    while not browser.execute_script("return " + what):
        assert time.monotonic() < deadline, "waited in vain for " + what
        time.sleep(0.1)


def luminance(color):
    """Of CSS's "rgb(r, g, b)", as WCAG 2 defines it."""
    parts = [int(part) / 255 for part in color[color.index("(") + 1:-1].split(",")[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def check_colors(browser, is_dark):
    places = {"h1": "body", ".facts": "body", ".bad": "body", ".warn": "body", "nav a": "body", "th": "body",
              "#log li": "#log", "#log time": "#log", "pre": "pre"}

    def color(selector, kind):
        return luminance(browser.find_element(By.CSS_SELECTOR, selector).value_of_css_property(kind))

    assert (color("body", "background-color") < 0.2) == is_dark
    for text, ground in places.items():
        ink, paper = color(text, "color"), color(ground, "background-color")
        ratio = (max(paper, ink) + 0.05) / (min(paper, ink) + 0.05)
        assert ratio >= 4.5, f"the contrast of {text} is {ratio:.2f}"  # WCAG 2, level AA


def check_output(browser):
    until("document.body.log !== undefined", browser)
    count = browser.find_element(By.ID, "log-count").text
    shown, _, total = count.removesuffix(" lines").partition(" of ")
    assert shown == total and int(total) > LINES, count
    rows = browser.find_elements(By.CSS_SELECTOR, "#log li")
    assert 0 < len(rows) < 200, f"{len(rows)} lines are in the page at once"


def check_keyboard(browser):
    """All of the page is reached by Tab alone, and seen to be; the output is scrolled and searched."""
    reached = []
    for _ in range(40):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        active = browser.switch_to.active_element
        if active.tag_name == "body":
            break
        outline = active.value_of_css_property("outline-style")
        assert outline == "solid", f"{active.tag_name} shows no focus"
        reached.append(active.get_attribute("id") or active.get_attribute("aria-label") or active.text)
    for name in ("Timeline", "Output", "log-build", "log-words", "log"):
        assert name in reached, (name, reached)
    log = browser.find_element(By.ID, "log")
    log.send_keys(Keys.END)
    until(f"document.getElementById('log').textContent.includes('line {LINES} says <b>something</b>')", browser)
    browser.find_element(By.ID, "log-words").send_keys("to the quiet one")
    until("document.getElementById('log-count').textContent.startsWith('1 of ')", browser)
    assert browser.find_element(By.CSS_SELECTOR, "#log li").text.endswith("page.null.quiet: to the quiet one")
    browser.find_element(By.ID, "log-words").clear()
    browser.find_element(By.ID, "log-words").send_keys(Keys.SPACE, Keys.BACKSPACE)
    browser.find_element(By.ID, "log-build").send_keys("errors")
    until("document.getElementById('log').textContent.includes('to stderr')", browser)


def check_width(browser, width):
    widest = browser.execute_script("return document.documentElement.scrollWidth")
    assert widest <= width, f"the page is {widest} wide on a screen of {width}"


def look(page, screenshots, name, width, height, scheme):
    with tempfile.TemporaryDirectory(prefix="kiln-report-browser-") as profile:
        browser = start(width, height, scheme, profile)
        try:
            browser.get(page.as_uri())
            check_output(browser)
            check_colors(browser, scheme == "dark")
            check_width(browser, width)
            browser.save_screenshot(str(screenshots / f"report-{name}.png"))
            if name == "light":
                check_keyboard(browser)
            said = [entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
            assert not said, said
        finally:
            browser.quit()
    print(f"{name}: good", flush=True)


def main():
    kiln, screenshots = sys.argv[1], pathlib.Path(sys.argv[2])
    screenshots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kiln-report-") as folder:
        page = make_report(kiln, pathlib.Path(folder))
        size = page.stat().st_size
        assert size < 2_000_000, f"the page is {size} bytes"
        look(page, screenshots, "light", 1280, 1600, "light")
        look(page, screenshots, "dark", 1280, 1600, "dark")
        look(page, screenshots, "narrow", 360, 800, "light")


if __name__ == "__main__":
    main()
