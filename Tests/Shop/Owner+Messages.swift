import Accounts
import Flows
import Foundation
import Merchants
import Messages
import Testing
import Values

@testable import API
@testable import App

extension Owner {
  private var boxes: any MessageService { test.shop.contexts.messages }

  /// One that nobody has read, in the customer's box and in the merchant's.
  mutating func keepMessages() async throws {
    names["message"] = .text("\(try await unread(in: .account(account.id)))")
    names["merchantMessage"] = .text("\(try await unread(in: .merchant(merchant.id)))")
  }

  private func unread(in box: MessageBox) async throws -> MessageID {
    let newest = try await boxes.messages(in: box, PageRequest(limit: 1)).items.first
    if let newest, newest.isUnread { return newest.id }
    let words = LocalizedText("Something new")
    try await boxes.keep(MessageDraft(key: UUID().uuidString, title: words, text: words, address: "/orders"), in: box)
    return try #require(try await boxes.messages(in: box, PageRequest(limit: 1)).items.first).id
  }

  /// What the customer has in the box.
  func messages() async throws -> [Message] {
    try await boxes.messages(in: .account(account.id), PageRequest(limit: 100)).items
  }
}
