import Foundation
import Mail
import Messages
import Values

/// A letter in one language before it has an address: it is sent to somebody, or kept in somebody's box of messages.
struct LetterDraft {
  private let theme: Theme
  private let key: String
  private let template: String
  private let model: Model
  private let language: Language

  /// - Parameter model: has `mail` with `subject` and `address`.
  init(_ theme: Theme, key: String, template: String, _ model: Model, _ language: Language) {
    self.theme = theme
    self.key = key
    self.template = template
    self.model = model
    self.language = language
  }

  private var mail: Model { model["mail"] as? Model ?? [:] }
  private var subject: String { mail["subject"] as? String ?? "" }
  private var address: String { mail["address"] as? String ?? "" }

  /// Nil where it can't be written to the address.
  func letter(to address: String) throws -> Letter? {
    Letter(
      key: key, to: address, subject: subject,
      text: try theme.render(template + ".text", model, face: .mail, language),
      html: try theme.render(template, model, face: .mail, language))
  }

  /// Whose box a message is kept in.
  enum Box {
    /// Of a buyer, who may know all that the letter says.
    case buyers
    /// Of a merchant, whose people read it whatever their rights are.
    case merchants
  }

  /// What the page shows that a buyer's message leads to, as it stands then: goods, where they go, and words that whoever
  /// wrote them can take back.
  private static let leftToPage = ["orders", "refund", "destination", "note"]
  private static let leftToPageOfMail = ["explanation", "password", "reply", "review"]
  /// All that there is of a letter in a merchant's message: what happened, and what comes next. Goods, sums, parcels and what
  /// anybody said are on the page that it leads to, which asks for rights.
  private static let saidToAll = ["language", "subject", "address", "what", "money"]

  /// What the template is given of it all.
  private func told(in box: Box) -> Model {
    var (model, mail) = (self.model, self.mail)
    switch box {
    case .buyers:
      for name in Self.leftToPage { model[name] = nil }
      for name in Self.leftToPageOfMail { mail[name] = nil }
    case .merchants:
      model = [:]
      mail = [:]
      for name in Self.saidToAll { mail[name] = self.mail[name] }
      if let short = self.mail["inShort"] { mail["what"] = short }
    }
    mail["greeting"] = ""
    model["isMessage"] = true
    model["mail"] = mail
    return model
  }

  /// The words between the greeting and the link, which stand around a message by themselves.
  private func words(in box: Box) throws -> String {
    var lines = try theme.render(template + ".text", told(in: box), face: .mail, language)
      .split(separator: "\n", omittingEmptySubsequences: false)
    // Below this line the shop signs.
    if let end = lines.lastIndex(of: "--") { lines.removeSubrange(end...) }
    if let link = lines.lastIndex(where: { $0.hasSuffix(address) }) { lines.remove(at: link) }
    return lines.joined(separator: "\n").replacing(/\n{3,}/, with: "\n\n")
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The same in the words of all languages.
  /// - Parameters:
  ///   - box: where it is kept.
  ///   - publicURL: what the letter's link begins with.
  ///   - draft: the letter in a language; nil where there is none.
  static func message(
    in box: Box, publicURL: String, _ draft: (Language) throws -> LetterDraft?
  ) throws -> MessageDraft? {
    guard let english = try draft(.en), let chinese = try draft(.zhHans) else { return nil }
    return MessageDraft(
      key: english.key, title: LocalizedText(en: english.subject, zhHans: chinese.subject),
      text: LocalizedText(en: try english.words(in: box), zhHans: try chinese.words(in: box)),
      address: String(english.address.dropFirst(publicURL.count)))
  }
}
