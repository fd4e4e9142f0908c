import Foundation
import Values

/// A draft within the limits: trimmed, sanitised, and with its content as it will be stored.
struct CheckedDraft: Sendable {
  let merchant: MerchantID
  var handle: Slug
  let content: ProductContent
  let contentText: String
  let contentHash: String
  let variants: [VariantDraft]
  /// Beside each variant: its chosen values, as a key and as shown.
  let choiceKeys: [String]
  let choiceTexts: [LocalizedText]
  let pictures: [PictureDraft]
  let isPublished: Bool
  let needsAdmission: Bool
  let asksAgain: Bool
  /// Whatever the draft says of it, the publication stays: of one that is there, as it is; a new one is a draft.
  var keepsPublication = false

  /// Throws `FieldFaults` with the draft's own field names: `title`, `variants.2.sku`, `attributes.0.value`.
  init(_ draft: ProductDraft, limits: DraftLimits) throws {
    var check = DraftCheck(limits: limits)
    let content = check.content(draft.content)
    variants = check.variants(draft.variants, options: content.options, pictures: draft.pictures.count)
    pictures = check.pictures(draft.pictures)
    try check.faults.throwIfAny()
    merchant = draft.merchant
    handle = draft.handle
    self.content = content
    isPublished = draft.isPublished
    needsAdmission = draft.needsAdmission
    asksAgain = draft.asksAgain
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    contentText = try Self.text(of: content)
    guard contentText.unicodeScalars.count <= StoredCatalog.contentLimit else {
      throw FieldFaults(field: "content", code: "tooLong", details: ["max": String(StoredCatalog.contentLimit)])
    }
    contentHash = ContentHash.of(contentText)
    choiceKeys = variants.map {
      Self.chosen($0, content.options).map { $0.en + "\u{1F}" + $0.zhHans }.joined(separator: "\u{1E}")
    }
    choiceTexts = variants.map { variant in
      let chosen = Self.chosen(variant, content.options)
      return LocalizedText(
        en: chosen.map { $0[.en] }.joined(separator: ", "), zhHans: chosen.map { $0[.zhHans] }.joined(separator: "，"))
    }
  }

  /// What becomes of a product's publication. What shoppers see already, or don't see as the draft wants it, stays as it
  /// was scheduled; one that was refused is asked for again at a desk alone.
  /// - Parameter isChanged: whether its words, pictures or variants do.
  func publication(after old: ProductRow?, isChanged: Bool) -> Publication {
    var next = publication(after: old)
    if asksAgain, isChanged, old?.publication.state == .published, next.state == .published { next.state = .waiting }
    return next
  }

  private func publication(after old: ProductRow?) -> Publication {
    if keepsPublication { return old?.publication ?? .draft }
    if let old, old.isPublished == isPublished { return old.publication }
    guard isPublished else { return .draft }
    guard needsAdmission else { return .published }
    if let old, old.publication.state != .draft { return old.publication }
    return Publication(state: .waiting)
  }

  /// Content as it is stored.
  static func text(of content: ProductContent) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(content), as: UTF8.self)
  }

  private static func chosen(_ variant: VariantDraft, _ options: [ProductOption]) -> [LocalizedText] {
    zip(options, variant.choice).map { $0.values[$1] }
  }
}

/// A fingerprint of stored content that answers whether it changed. Two independent 64-bit FNV-1a walks; no secret hangs on it.
enum ContentHash {
  static func of(_ text: String) -> String {
    var first: UInt64 = 0xCBF2_9CE4_8422_2325
    var second: UInt64 = 0x9E37_79B9_7F4A_7C15
    for byte in text.utf8 {
      first = (first ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
      second = (second ^ UInt64(byte)) &* 0xD6E8_FEB8_6659_FD93
      second ^= second >> 32
    }
    return hex(first) + hex(second)
  }

  private static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
