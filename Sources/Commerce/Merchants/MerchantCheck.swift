import Values

/// How what is said of merchants is checked. Answers the values as they will be stored.
struct MerchantCheck {
  static let longestAnswer = 1000
  static let longestReason = 500
  private static let longestIntroduction = 1000
  private static let slugLengths = 2...60

  var faults = FieldFaults()

  mutating func name(_ name: LocalizedText) -> LocalizedText {
    let needed = name.isEmpty
    return LocalizedText(
      en: faults.text(name.en, "nameEn", max: 100, required: needed),
      zhHans: faults.text(name.zhHans, "nameZh", max: 100, required: needed))
  }

  mutating func profile(_ profile: MerchantProfile) -> MerchantProfile {
    var checked = profile
    checked.name = name(profile.name)
    checked.introduction = LocalizedText(
      en: words(profile.introduction.en, "introductionEn", max: Self.longestIntroduction, required: false),
      zhHans: words(profile.introduction.zhHans, "introductionZh", max: Self.longestIntroduction, required: false)
    )
    checked.email = email(profile.email)
    checked.contact = faults.text(profile.contact, "contact", max: 200, required: false)
    return checked
  }

  /// Text of several lines; a line break is one character, as browsers count it.
  mutating func words(_ text: String, _ field: String, max: Int, required: Bool = true) -> String {
    faults.text(text.replacing("\r\n", with: "\n"), field, max: max, required: required, multiline: true)
  }

  mutating func slug(_ text: String) -> Slug? {
    let trimmed = faults.text(text, "slug", max: Self.slugLengths.upperBound).lowercased()
    guard faults.faults.allSatisfy({ $0.field != "slug" }) else { return nil }
    guard trimmed.unicodeScalars.count >= Self.slugLengths.lowerBound else {
      faults.add("slug", "tooShort", ["min": String(Self.slugLengths.lowerBound)])
      return nil
    }
    let isPlain =
      trimmed.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
      && !trimmed.hasPrefix("-") && !trimmed.hasSuffix("-")
    guard isPlain, let slug = Slug(rawValue: trimmed) else {
      faults.add("slug", "notASlug")
      return nil
    }
    return slug
  }

  /// Lower case, one `@` with a dotted domain behind it.
  mutating func email(_ text: String) -> String {
    let email = faults.text(text, "email", max: 254).lowercased()
    guard !email.isEmpty, faults.faults.allSatisfy({ $0.field != "email" }) else { return email }
    let parts = email.split(separator: "@", omittingEmptySubsequences: false)
    let isSound =
      parts.count == 2 && !parts[0].isEmpty && parts[0].utf8.count <= 64 && parts[1].contains(".")
      && !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".") && !parts[1].contains("..")
      && email.utf8.allSatisfy { $0 > 32 && $0 < 127 && !Self.forbidden.contains($0) }
    if !isSound { faults.add("email", "notAnEmail") }
    return email
  }

  private static let forbidden = Set("\"(),:;<>[\\]".utf8)

  mutating func phone(_ text: String) -> String {
    let phone = faults.text(text, "phone", max: 20)
    guard !phone.isEmpty, faults.faults.allSatisfy({ $0.field != "phone" }) else { return phone }
    let digits = phone.utf8.count { (48...57).contains($0) }
    let isSound =
      (5...20).contains(digits) && phone.utf8.allSatisfy { (48...57).contains($0) || $0 == 43 || $0 == 45 || $0 == 32 }
    if !isSound { faults.add("phone", "notAPhone") }
    return phone
  }
}
