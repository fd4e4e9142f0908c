import Files
import Flows
import Foundation
import Merchants
import Testing
import Values

@testable import API
@testable import App

/// Somebody who asks to sell, and a merchant beside the owner's.
extension Owner {
  private var merchants: any MerchantService { test.shop.contexts.merchants }

  /// What a request used up is there again.
  mutating func keepMerchants() async throws {
    names["applicationSlug"] = .text("shop-\(UUID().uuidString.lowercased().prefix(12))")
    for name in ["application", "spareApplication", "askedApplication"] {
      let state = name == "askedApplication" ? MerchantApplication.State.asked : .waiting
      if let id = MerchantApplicationID(self[name]), try await merchants.application(id)?.state == state { continue }
      let applied = try await merchants.apply(try await test.applicationDraft())
      _ = try await merchants.confirm(applied.id)
      if state == .asked { _ = try await merchants.ask(applied.id, "Which bowls?", by: .system) }
      names[name] = .text("\(applied.id)")
      names["\(name)Key"] = .text(applied.key.rawValue)
    }
    try await keepSuspended()
    names["shopVersion"] = .text("\(try await merchants.merchant(merchant.id)?.version ?? 1)")
    if let id = MerchantID(self["otherMerchant"]), let other = try await merchants.merchant(id), other.isOpen {
      names["otherVersion"] = .text("\(other.version)")
      return
    }
    let spare = try await spareMerchant()
    names["otherMerchant"] = .text("\(spare.id)")
    names["otherVersion"] = .text("\(spare.version)")
  }

  private mutating func keepSuspended() async throws {
    if let id = MerchantID(self["suspendedMerchant"]), try await merchants.merchant(id)?.state == .suspended { return }
    let spare = try await spareMerchant()
    _ = try await merchants.move(spare.id, to: .suspended, reason: "late parcels", by: .system)
    names["suspendedMerchant"] = .text("\(spare.id)")
  }

  private func spareMerchant() async throws -> Merchant {
    let slug = try #require(Slug(rawValue: "spare-\(UUID().uuidString.lowercased().prefix(12))"))
    return try await merchants.open(
      MerchantDraft(slug: slug, name: LocalizedText("Spare"), email: "a@example.com"))
  }
}

extension TestShop {
  func applicationDraft(_ email: String? = nil) async throws -> ApplicationDraft {
    ApplicationDraft(
      name: LocalizedText(en: "River Light", zhHans: "河光"), slug: "s-\(UUID().uuidString.lowercased().prefix(12))",
      contact: "Wang Min", phone: "13800138000", email: email ?? "\(UUID().uuidString.lowercased())@example.com",
      goods: "Bowls", licence: "91310115MA1K4",
      licencePicture: try await shop.papers.put(SmallPicture.png, fileExtension: "png"), language: .en)
  }
}
