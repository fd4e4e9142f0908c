/// Draws a picture for goods whose own can't be had: a kind of thing that the words name, in colours of its category, as
/// SVG of 800 × 800 in at most 4 KB. The same words and seed draw the same picture.
public enum StandInPicture {
  /// - Parameters:
  ///   - title: Of the goods, in any language.
  ///   - category: Its name, or its path; chooses the background.
  ///   - seed: Anything that stays with the goods, such as their id; chooses the colours.
  public static func svg(title: String, category: String, seed: UInt64) -> String {
    let kind = StandInShape.kind(of: title) ?? StandInShape.kind(of: category) ?? .box
    let tint = StandInTint.all[Int(hash(category.isEmpty ? title : category) % UInt64(StandInTint.all.count))]
    var dice = SeededDice(seed: seed ^ hash(title))
    let paint = dice.pick(StandInPaint.all.filter { $0.family != tint.family })
    let shift = dice.number(in: -30...30)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" width="800" height="800">\
      <defs><radialGradient id="w" cx=".25" cy=".18" r="1"><stop stop-color="\(tint.light)"/>\
      <stop offset="1" stop-color="\(tint.wall)"/></radialGradient>\
      <linearGradient id="f" x2="0" y2="1"><stop stop-color="\(tint.floor)"/><stop offset="1" stop-color="\(tint.wall)"/>\
      </linearGradient><linearGradient id="m" x2="1" y2=".25"><stop stop-color="\(paint.light)"/>\
      <stop offset=".45" stop-color="\(paint.main)"/><stop offset="1" stop-color="\(paint.dark)"/></linearGradient>\
      <radialGradient id="s"><stop stop-color="\(tint.shade)" stop-opacity=".55"/>\
      <stop offset="1" stop-color="\(tint.shade)" stop-opacity="0"/></radialGradient></defs>\
      <path fill="url(#w)" d="M0 0h800v800H0z"/>\
      <circle cx="\(400 + shift)" cy="390" r="270" fill="\(tint.light)" opacity=".55"/>\
      <path fill="url(#f)" d="M0 590h800v210H0z"/>\
      <ellipse cx="440" cy="662" rx="300" ry="46" fill="url(#s)"/>\
      \(StandInShape.drawing(kind, paint))</svg>
      """
  }

  /// FNV-1a: the same on every machine, unlike Swift's own hash.
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

enum ColourFamily { case warm, green, blue, rose, neutral }

/// The room in which the goods stand.
struct StandInTint {
  let family: ColourFamily
  let light: String
  let wall: String
  let floor: String
  let shade: String

  static let all = [
    StandInTint(family: .neutral, light: "#f8f4ec", wall: "#e9e0d1", floor: "#d9ccb7", shade: "#5b4a33"),
    StandInTint(family: .green, light: "#f1f6ee", wall: "#d6e3d1", floor: "#bfd1b9", shade: "#2f4a33"),
    StandInTint(family: .blue, light: "#f0f6fa", wall: "#d0e0ea", floor: "#b6ccda", shade: "#264459"),
    StandInTint(family: .rose, light: "#fcf2ef", wall: "#f1d9d2", floor: "#e3c1b8", shade: "#6b3a30"),
    StandInTint(family: .warm, light: "#fdf6e6", wall: "#f4e2b9", floor: "#e6cd98", shade: "#6b4e17"),
    StandInTint(family: .blue, light: "#f3f2fa", wall: "#dad7ec", floor: "#c3bfdd", shade: "#37325f"),
    StandInTint(family: .green, light: "#eef7f5", wall: "#cbe4de", floor: "#afd0c8", shade: "#1f4d45"),
    StandInTint(family: .neutral, light: "#f6f5f4", wall: "#e0dedb", floor: "#cbc7c2", shade: "#403b36"),
  ]
}

/// Three tones of the goods' own colour, an accent, and a tone for openings and soles.
struct StandInPaint {
  let family: ColourFamily
  let light: String
  let main: String
  let dark: String
  let accent: String
  let deep: String

  static let all = [
    StandInPaint(family: .warm, light: "#e9825f", main: "#cf5637", dark: "#a33d24", accent: "#f6d9b0", deep: "#6e2616"),
    StandInPaint(
      family: .green, light: "#7fae8c", main: "#4f8763", dark: "#356248", accent: "#f2e3b5", deep: "#1f3f2d"),
    StandInPaint(family: .blue, light: "#6fa3c2", main: "#3f7a9f", dark: "#2a587a", accent: "#f7e6cc", deep: "#183a54"),
    StandInPaint(family: .rose, light: "#e7a5a0", main: "#cf7572", dark: "#a95355", accent: "#fdeee4", deep: "#6f3034"),
    StandInPaint(family: .warm, light: "#f0c267", main: "#dc9f35", dark: "#b47c1d", accent: "#fff4dc", deep: "#75500f"),
    StandInPaint(
      family: .neutral, light: "#fdfaf4", main: "#efe6d8", dark: "#cfc1ab", accent: "#c9593b", deep: "#8b7a60"),
    StandInPaint(
      family: .neutral, light: "#6b6763", main: "#4a4643", dark: "#2f2c2a", accent: "#e3c08f", deep: "#1b1918"),
    StandInPaint(family: .blue, light: "#8b87c4", main: "#625da3", dark: "#454080", accent: "#f5dfe0", deep: "#2c2859"),
  ]
}
