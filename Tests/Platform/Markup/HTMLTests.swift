import Markup
import Testing

@Suite struct HTMLTests {
  @Test(arguments: [
    ("<p>Hello <b>world</b></p>", "<p>Hello <b>world</b></p>"),
    ("<P CLASS=x style=\"color:red\">Hi</P>", "<p>Hi</p>"),
    ("<h1>A</h1><h6>b</h6>", "<h2>A</h2><h4>b</h4>"),
    ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
    ("&nbsp;&#169;&copy;&notanend", "&nbsp;&#169;&copy;&amp;notanend"),
    ("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c"),
    ("<p>a<p>b", "<p>a</p><p>b</p>"),
    (
      "<table><tr><td>a<td>b<tr><td colspan=2 onclick=x>c</table>",
      "<table><tr><td>a</td><td>b</td></tr><tr><td colspan=\"2\">c</td></tr></table>"
    ),
    ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
    ("</p></div>x", "x"),
    (
      "<a href='https://x.example/?a=1&amp;b=2'>x</a>",
      "<a href=\"https://x.example/?a=1&amp;b=2\" rel=\"nofollow noopener noreferrer\">x</a>"
    ),
    ("<a href=mailto:a@b.example>m", "<a href=\"mailto:a@b.example\" rel=\"nofollow noopener noreferrer\">m</a>"),
    ("<img src=//cdn.example/a.png>", ""),
    ("<img src=/media/a.png alt='a \"b\"'>", "<img src=\"/media/a.png\" alt=\"a &quot;b&quot;\">"),
    ("<br/><hr><custom-x>t</custom-x>", "<br><hr>t"),
    ("a<!-- <b>x</b> -->b<!doctype html>c<?php x ?>d", "abcd"),
    (
      "<figure><img src=https://x.example/1.png><figcaption>c</figure>",
      "<figure><figcaption>c</figcaption></figure>"
    ),
    ("", ""), ("<", "&lt;"), ("x<", "x&lt;"), ("</", "&lt;/"), ("<3 tea", "&lt;3 tea"),
  ])
  func `ordinary and broken markup comes out whole`(given: String, wanted: String) {
    #expect(HTMLSanitizer.sanitise(given) == wanted)
  }

  @Test(arguments: [
    ("<a href=\"/c/teaware\">x</a>", "<a href=\"/c/teaware\">x</a>"), ("<a href='/'>x</a>", "<a href=\"/\">x</a>"),
    ("<a href=//x.example/a>x</a>", "<a href=\"https://x.example/a\" rel=\"nofollow noopener noreferrer\">x</a>"),
    ("<a href='/\\x.example'>x</a>", "x"),
    ("<a href='/\t/x.example'>x</a>", "<a href=\"https://x.example\" rel=\"nofollow noopener noreferrer\">x</a>"),
    ("<a href=tea>x</a>", "x"), ("<a href='javascript:/tea'>x</a>", "x"),
  ])
  func `where links may lead anywhere, paths of the shop are links that search engines follow`(
    given: String, wanted: String
  ) {
    #expect(HTMLSanitizer.sanitise(given, links: .anywhere) == wanted)
    #expect(HTMLSanitizer.sanitise(wanted, links: .anywhere) == wanted)
  }

  @Test(arguments: ["<a href='/c/teaware'>x</a>", "<a href='/'>x</a>"])
  func `elsewhere a path of an unknown site is no link`(given: String) {
    #expect(HTMLSanitizer.sanitise(given) == "x")
  }

  static let attacks = [
    "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<svg><script>alert(1)</script></svg>",
    "<a href=\"javascript:alert(1)\">x</a>", "<a href=\"java\nscript:alert(1)\">x</a>",
    "<a href=\"&#106;avascript:alert(1)\">x</a>",
    "<a href=\"&#x6A;avascript&colon;alert(1)\">x</a>", "<a href=\" \u{1}javascript:alert(1)\">x</a>",
    "<a href='jav&Tab;ascript:alert(1)'>x</a>", "<a href=data:text/html,x>x</a>", "<a href='vbscript:x'>x</a>",
    "<img src=\"x` onerror=alert(1)//", "<img src='https://x.example/\"onerror=alert(1)'>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>", "<script>alert(1)", "<script >x</script foo>y", "<ScRiPt>x</sCrIpT>",
    "<iframe src=javascript:alert(1)></iframe>", "<style>*{x:expression(alert(1))}</style>",
    "<p style=x onclick=alert(1)>x",
    "<math><mi xlink:href='javascript:alert(1)'>x", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea><img src=x onerror=alert(1)></textarea>", "<!--><img src=x onerror=alert(1)>-->",
    "<img/src=https://a.example/onerror=x/onerror=alert(1)>",
    "<a href=https://a.example/' onmouseover=alert(1) x='>x</a>", "<img src=/media/../../secret>",
    "<img src=/media/..\\x>",
    "<object data=x><embed src=x></object>", "<form action=x><input onfocus=alert(1) autofocus>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>", "<link rel=stylesheet href=x>", "<x onclick=alert(1)>",
    "<b onclick=alert(1)>x",
    "<title><script>alert(1)</script></title>", "<<script>alert(1)//<</script>",
    "<img src=https://x.example/a alt='\"><script>alert(1)</script>'>",
    "\u{0}<scr\u{0}ipt>alert(1)</script>", "<a href=https://x\u{0}.example onclick=x>",
  ]

  @Test(arguments: attacks)
  func `attacks come out harmless and stay so`(attack: String) {
    let clean = HTMLSanitizer.sanitise(attack)
    #expect(Self.offence(in: clean) == nil, "\(clean)")
    #expect(HTMLSanitizer.sanitise(clean) == clean)
  }

  @Test func `anything at all comes out harmless, whole and stable`() {
    var random = SplitMix(state: 7)
    let pieces = [
      "<", ">", "\"", "'", "=", " ", "/", "a", "script", "img", "src", "href", "javascript:", "https://x.example",
      "onerror", "&", "#",
      "x6a;", "<!--", "-->", "p", "</p>", "<p>", "<table>", "<td>", "\n", "茶", "<a href=", "<svg", "<b>", "</b>",
      "<li>", "</ul>", "]]>", "\u{0}",
    ]
    for _ in 0..<3000 {
      let html = (0..<Int(random.next() % 24)).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
      let clean = HTMLSanitizer.sanitise(html)
      #expect(Self.offence(in: clean) == nil, "\(html) → \(clean)")
      #expect(HTMLSanitizer.sanitise(clean) == clean, "\(html)")
      #expect(Self.isBalanced(clean), "\(html) → \(clean)")
    }
  }

  @Test func `long runs of broken markup take time in proportion`() {
    for piece in [
      "<svg>", "<b>", "<a href=", "<!--", "</b>", "&", "<", "<script", "<math><svg>", "<p><i>", "<img src='",
    ] {
      let html = String(repeating: piece, count: 200_000 / piece.utf8.count)
      #expect(Self.offence(in: HTMLSanitizer.sanitise(html)) == nil)
    }
  }

  @Test func `plain text has the words and none of the markup`() {
    #expect(
      HTMLText.plain("<p>Iron&nbsp;teapot</p><ul><li>0.8&times;<li>black</ul><script>x</script>")
        == "Iron teapot 0.8× black")
    #expect(HTMLText.plain("in<b>line</b> <br>next &amp; last") == "inline next & last")
    #expect(HTMLText.plain("铸铁<p>茶壶</p>", limit: 4) == "铸铁 茶")
    #expect(HTMLText.plain("<<<") == "<<<")
    #expect(HTMLText.plain("") == "")
  }

  /// Reads the result as a strict reader would: only known tags with known attributes in double quotes.
  private static func offence(in html: String) -> String? {
    let tags = html.split(separator: "<", omittingEmptySubsequences: false).dropFirst()
    let allowed = try? Regex(
      #"^(/?(p|br|h2|h3|h4|ul|ol|li|strong|em|b|i|u|table|thead|tbody|tr|td|th|blockquote|hr|span|div|figure|figcaption|sub|sup)|/a|a href="(https?://|mailto:)[^"<>]*" rel="nofollow noopener noreferrer"|img src="(/media/)[^"<>]*" alt="[^"<>]*"|t[dh]( colspan="\d+")?( rowspan="\d+")?)>[^<>]*$"#
    ).ignoresCase().dotMatchesNewlines()
    guard let allowed else { return "the pattern doesn't compile" }
    return tags.first { (try? allowed.wholeMatch(in: String($0))) == nil }.map(String.init)
  }

  private static func isBalanced(_ html: String) -> Bool {
    var open: [Substring] = []
    for tag in html.split(separator: "<", omittingEmptySubsequences: false).dropFirst() {
      let name = tag.prefix { $0 != ">" && $0 != " " }
      if name.hasPrefix("/") {
        guard open.popLast() == name.dropFirst() else { return false }
      } else if !["br", "hr", "img"].contains(name) {
        open.append(name)
      }
    }
    return open.isEmpty
  }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
