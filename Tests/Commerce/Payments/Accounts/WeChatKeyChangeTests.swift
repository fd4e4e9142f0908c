import Foundation
import Signatures
import TestKit
import Testing
import Values

@testable import Payments

/// One public key of WeChat Pay follows another, and nothing is lost between.
@Suite struct WeChatKeyChangeTests {
  /// Before the one that it follows by name, so that the order of names doesn't decide.
  private static let newID = "PUB_KEY_ID_0000000000000000000000000000000001"
  private static let newSigner = "attacker"

  /// Both keys: the new one stands where the old one did.
  private func draft(_ change: (inout PaymentAccountDraft) -> Void = { _ in }) throws -> PaymentAccountDraft {
    let old = try Vectors.keys().pair("wechat-platform")
    var draft = try AccountTrialTests.weChat(publicKey: Self.newSigner)
    draft.fields["publicKeyID"] = Self.newID
    draft.fields["formerPublicKeyID"] = old.public_key_id
    draft.fields["formerPublicKey"] = old.public_spki_pem
    change(&draft)
    return draft
  }

  private func provider(_ desk: AccountDesk) async throws -> WeChatProvider {
    let listed = try await desk.directory.snapshot().listed.first
    return try #require(listed?.provider as? WeChatProvider)
  }

  private static func nobodys(_ call: ProviderCall, by signer: String, serial: String?) throws -> ProviderAnswer {
    try AccountTrialTests.answer(
      to: call, #"{"code":"ORDER_NOT_EXIST","message":"x"}"#, 404, by: signer, serial: serial)
  }

  // req: 4.1.4-1 4.1.4-2
  @Test func `while the public key is changed both hold, and the new one is asked for`() async throws {
    let oldID = try Vectors.keys().pair("wechat-platform").public_key_id
    let signers: [(String, String?)] = [(Self.newSigner, Self.newID), ("wechat-platform", oldID)]
    for (signer, serial) in signers {
      let desk = try await AccountDesk { call in try Self.nobodys(call, by: signer, serial: serial) }
      try await desk.save(try draft())
      let provider = try await provider(desk)
      #expect(try await provider.query(Vectors.payment(.code)).state == .unknown)
      let named = desk.http.asked.first?.headers.first { $0.name == "wechatpay-serial" }
      #expect(named?.value == Self.newID)
      let trial = try await desk.accounts.trial(of: WeChatProvider.name, by: desk.staff)
      #expect(trial == AccountTrial(.accepted, untried: ["apiKey", "formerPublicKey"]))
    }
    // Each under its own name alone.
    let crossed = try await AccountDesk { call in try Self.nobodys(call, by: Self.newSigner, serial: oldID) }
    try await crossed.save(try draft())
    let fooled = try await provider(crossed)
    await #expect(throws: ProviderFault.self) { try await fooled.query(Vectors.payment(.code)) }
  }

  // req: 4.1.4-2
  @Test func `a notice of the key before is believed until that is forgotten`() async throws {
    let notice = try WeChatTests().notice("transaction-success")
    let desk = try await AccountDesk()
    desk.store.clock.advance(by: .milliseconds(Vectors.moment.milliseconds - desk.store.clock.now.milliseconds))
    let saved = try await desk.save(try draft())
    let both = try await provider(desk)
    #expect(try await both.verify(notice)?.state == .captured)
    let over = try draft { draft in
      draft.fields["formerPublicKeyID"] = nil
      draft.fields["formerPublicKey"] = nil
      draft.version = saved.version
    }
    try await desk.save(over)
    let changed = try await provider(desk)
    await #expect(throws: NoticeFault.badSignature) { try await changed.verify(notice) }
  }

  @Test func `the key before is entered whole, beside another`() async throws {
    let desk = try await AccountDesk()
    let own = try Vectors.keys().pair("wechat-merchant").public_spki_pem
    func said(_ change: (inout PaymentAccountDraft) -> Void) async throws -> [String: String] {
      try await desk.faults(try draft(change))
    }
    #expect(try await said { $0.fields["formerPublicKey"] = nil } == ["formerPublicKey": "missing"])
    #expect(try await said { $0.fields["formerPublicKeyID"] = nil } == ["formerPublicKeyID": "missing"])
    #expect(try await said { $0.fields["formerPublicKeyID"] = Self.newID } == ["formerPublicKeyID": "repeated"])
    #expect(try await said { $0.fields["formerPublicKey"] = own } == ["formerPublicKey": "ownKeyAsTheirs"])
    let alone = try await said { draft in
      draft.fields["publicKeyID"] = nil
      draft.fields["publicKey"] = nil
    }
    #expect(alone == ["publicKeyID": "missing"])
    #expect(try await said { _ in } == [:])
  }
}
