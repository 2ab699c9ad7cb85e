"""The pages of the portal. Everything that comes from a callee is escaped."""

from html import escape

STYLE = """
body { font: 16px/1.6 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #1c2733 }
a { color: #0b62a4 } li { margin: .3rem 0 } .en { color: #5b6875 } table { border-collapse: collapse; font-size: 13px }
td, th { text-align: left; padding: .15rem .8rem .15rem 0; color: #5b6875 } footer { margin-top: 3rem }
"""


def both(text: dict) -> str:
    return f'{escape(text["zh"])} <span class="en">{escape(text["en"])}</span>'


def page(title: str, content: str, served_by=()) -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(str(each[key]))}</td>" for key in ("service", "release", "region", "instance"))
        + "</tr>" for each in served_by)
    head = "<tr><th>service</th><th>release</th><th>region</th><th>instance</th></tr>"
    footer = f"<footer><table>{head}{rows}</table></footer>" if rows else ""
    return (f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{escape(title)}</title>'
            f"<style>{STYLE}</style></head><body>{content}{footer}</body></html>\n")


def listing(body: dict) -> str:
    items = "".join(
        f'<li><a href="/articles/{escape(each["id"])}">{both(each["title"])}</a></li>' for each in body["articles"])
    return page("医典", f'<h1>医典 <span class="en">Encyclopedia</span></h1><ul>{items}</ul>', body["served_by"])


def article(body: dict) -> str:
    article, author = body["article"], body["author"]
    medicines = "".join(
        f'<li>{both(each["name"])}：{both(each["use"])} · {both(each["adviser"]["title"])}</li>'
        for each in body["medicines"])
    content = (
        f'<p><a href="/">医典</a></p><h1>{both(article["title"])}</h1>'
        f'<p>{escape(article["text"]["zh"])}</p><p class="en">{escape(article["text"]["en"])}</p>'
        f'<p>作者 <span class="en">Author</span>：{both(author["title"])}，{both(author["department"])}</p>'
        f'<h2>相关药品 <span class="en">Medicines</span></h2><ul>{medicines}</ul>')
    return page(article["title"]["zh"], content, body["served_by"])


def problem(body: dict) -> str:
    callee = f'<p>{escape(body["callee"])}</p>' if "callee" in body else ""
    return page("出错了", f'<h1>出错了 <span class="en">Something failed</span></h1>{callee}<p>{escape(body["error"])}</p>')
