import Accounts
import Files
import Flows
import Foundation
import Fulfilment
import NIOHTTP1
import Orders
import Pages
import Refunds
import Reviews
import Storage
import Testing
import Values

@testable import API
@testable import App

/// Pictures that buyers send with what they ask back, and that staff keep as proof: who sees them, and who doesn't.
@Suite struct EvidenceTests {
  private static func expectPicture(_ answer: Browser.Answer, _ what: String) {
    #expect(answer.status == 200, "\(what): \(answer.status)")
    #expect(answer.headers.first(name: "content-type") == "image/png", "\(what)")
    #expect(answer.headers.first(name: "cache-control") == "private, no-store", "\(what)")
    #expect(answer.headers.first(name: "x-content-type-options") == "nosniff", "\(what)")
    #expect(answer.body.contains("IHDR"), "\(what)")
  }

  private static func expectNone(_ answer: Browser.Answer, _ status: Int, _ what: String) {
    #expect(answer.status == status, "\(what): \(answer.status)")
    #expect(!answer.body.contains("IHDR"), "\(what)")
  }

  // req: 4.2.4-0
  // part of req: 2.3.2.4-4
  @Test func `pictures of a request are seen by its buyer, by staff who may read it, and by nobody else`() async throws
  {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let id = try #require(RefundCaseID(owner["asked"]))
      let key = try #require(try await test.shop.contexts.refunds.refundCase(id)?.evidence.first)
      let (page, desk) = ("/refunds/\(id)/pictures/1", "/admin/refunds/\(id)/pictures/1")
      let (api, staffAPI) = (ShopAPI.root + page, ShopAPI.root + desk)
      let (mei, program) = (try await test.staff(of: owner.merchant), try await test.program(of: owner.merchant))
      Self.expectPicture(try await owner.browser.get(page), "the buyer")
      Self.expectPicture(try await owner.browser.get(api), "the buyer's session at the API")
      let bearer = ["authorization": "Bearer \(owner.token.rawValue)"]
      Self.expectPicture(try await test.browser().get(api, headers: bearer), "the buyer's program")
      Self.expectPicture(try await mei.get(desk), "the merchant")
      Self.expectPicture(try await program.get(staffAPI), "the merchant's program")
      Self.expectPicture(try await test.staff(of: nil).get(desk), "the platform")
      Self.expectPicture(try await test.staff(of: owner.merchant, [.paymentsView]).get(desk), "who sees the money")

      let (other, stranger) = (try await test.other().browser, try await test.merchant("other"))
      Self.expectNone(try await other.get(page), 404, "another buyer")
      Self.expectNone(try await other.get(api), 404, "another buyer at the API")
      Self.expectNone(try await test.staff(of: stranger).get(desk), 404, "another merchant")
      Self.expectNone(try await test.program(of: stranger).get(staffAPI), 404, "another merchant's program")
      Self.expectNone(try await test.staff(of: owner.merchant, [.ordersShip]).get(desk), 403, "who only ships")
      Self.expectNone(try await test.program(of: owner.merchant, [.ordersShip]).get(staffAPI), 403, "its program")
      Self.expectNone(try await mei.get(page), 303, "staff at the buyers' door")
      Self.expectNone(try await owner.browser.get(desk), 303, "the buyer at the staff's door")
      Self.expectNone(try await test.browser().get(page), 303, "nobody")
      Self.expectNone(try await test.browser().get(desk), 303, "nobody at the desk")
      Self.expectNone(try await test.browser().get(api), 401, "nobody at the API")
      for reader in [owner.browser, mei, test.browser()] {
        Self.expectNone(try await reader.get("/media/\(key)"), 404, "the public store")
      }
    }
  }

  @Test func `the addresses of pictures stand where requests are shown, and lead to nothing else`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let id = try #require(RefundCaseID(owner["asked"]))
      let key = try #require(try await test.shop.contexts.refunds.refundCase(id)?.evidence.first)
      let mei = try await test.staff(of: owner.merchant)
      let program = try await test.program(of: owner.merchant)
      for (reader, address) in [(owner.browser, "/refunds/\(id)"), (mei, "/admin/refunds/\(id)")] {
        let shown = try await reader.get(address).body
        #expect(shown.contains("src=\"\(address)/pictures/1\"") && !shown.contains(key.rawValue), "\(address)")
      }
      for (reader, face) in [(owner.browser, ""), (program, "/admin")] {
        for address in ["\(ShopAPI.root)\(face)/refunds", "\(ShopAPI.root)\(face)/refunds/\(id)"] {
          let told = try await reader.get(address).body
          #expect(told.contains("\"\(ShopAPI.root)\(face)/refunds/\(id)/pictures/1\""), "\(address)")
          #expect(!told.contains(key.rawValue), "\(address)")
        }
      }
      for number in ["0", "2", "-1", "-9223372036854775808", "9223372036854775807", "x", "1.png", "..%2f1", "%00"] {
        let answers = [
          try await owner.browser.get("/refunds/\(id)/pictures/\(number)"),
          try await owner.browser.get("\(ShopAPI.root)/refunds/\(id)/pictures/\(number)"),
          try await mei.get("/admin/refunds/\(id)/pictures/\(number)"),
          try await mei.get("/admin/shipping/\(owner["done"])/proofs/\(number)"),
        ]
        for answer in answers { #expect([400, 404].contains(answer.status), "\(number): \(answer.status)") }
      }
    }
  }

  // part of req: 2.3.2.4-4
  @Test func `the picture of a proof opens to staff who may read the buyer's address, and to nobody else`() async throws
  {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let address = "/admin/shipping/\(owner["done"])/proofs/1"
      let mei = try await test.staff(of: owner.merchant)
      let order = try await owner.doneOrder()
      let key = try #require(try await test.shop.contexts.fulfilment.proofs(of: order.id).first?.picture)
      #expect(try await mei.get("/admin/shipping/\(owner["done"])").body.contains("src=\"\(address)\""))
      Self.expectPicture(try await mei.get(address), "the merchant")
      Self.expectPicture(
        try await test.staff(of: owner.merchant, [.refundsApprove, .buyersContact]).get(address), "who sees contacts")
      let other = try await test.merchant("other")
      Self.expectNone(try await test.staff(of: other).get(address), 404, "another merchant")
      Self.expectNone(try await test.staff(of: owner.merchant, [.refundsApprove]).get(address), 403, "no address")
      Self.expectNone(try await test.staff(of: owner.merchant, [.catalogEdit]).get(address), 403, "no orders")
      Self.expectNone(try await owner.browser.get(address), 303, "the buyer")
      Self.expectNone(try await test.browser().get(address), 303, "nobody")
      Self.expectNone(try await mei.get("/media/\(key)"), 404, "the public store")
      // The order that was sent without one.
      Self.expectNone(try await mei.get("/admin/shipping/\(owner["sent"])/proofs/1"), 404, "no proof")
    }
  }

  // part of req: 2.3.2.4-4
  @Test func `what older programs left for everybody to see is read where it is until it is moved, bit by bit`()
    async throws
  {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let old = try await OldPictures(owner)
      let id = owner["asked"]
      let (page, proof) = ("/refunds/\(id)/pictures/1", "/admin/shipping/\(owner["done"])/proofs/1")
      let mei = try await test.staff(of: owner.merchant)
      for file in old.all { #expect(try await test.browser().get("/media/\(file)").status == 200) }
      Self.expectPicture(try await owner.browser.get(page), "before")
      Self.expectPicture(try await mei.get(proof), "before")

      let move = MoveEvidence(
        test.shop.contexts, from: test.shop.files, to: test.shop.evidence, logger: test.shop.logger)
      // Broken off after the first slice, which leaves the others as they were.
      #expect(try await move.run(limit: 1) > 0)
      #expect(try await test.shop.contexts.refunds.publicEvidence(limit: 10).count == old.evidence.count - 1)
      Self.expectPicture(try await owner.browser.get(page), "half-way")
      try await move.run()
      #expect(try await test.shop.contexts.refunds.publicEvidence(limit: 10).isEmpty)
      #expect(try await test.shop.contexts.fulfilment.publicProofs(limit: 10).isEmpty)
      for file in old.all {
        #expect(try await test.browser().get("/media/\(file)").status == 404, "\(file)")
        #expect(try await test.shop.evidence.read(file) != nil)
      }
      Self.expectPicture(try await owner.browser.get(page), "after")
      Self.expectPicture(try await mei.get(proof), "after")
      #expect(try await move.run(limit: MoveEvidence.slice) == 0)
    }
  }

  @Test func `what stands in a review as well stays there for everybody, and so does what is left after a crash`()
    async throws
  {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let old = try await OldPictures(owner)
      let shown = try #require(old.evidence.first)
      _ = try await owner.reviewed(with: shown)
      // As after a crash between taking it away and noting so.
      let lost = try #require(old.evidence.last)
      let bytes = try #require(try await test.shop.files.read(lost))
      _ = try await test.shop.evidence.put(bytes, fileExtension: "png")
      try await test.shop.files.remove(lost)
      let move = MoveEvidence(
        test.shop.contexts, from: test.shop.files, to: test.shop.evidence, logger: test.shop.logger)
      try await move.run()
      #expect(try await test.browser().get("/media/\(shown)").status == 200)
      #expect(try await test.browser().get("/media/\(lost)").status == 404)
      for number in 1...old.evidence.count {
        Self.expectPicture(try await owner.browser.get("/refunds/\(owner["asked"])/pictures/\(number)"), "\(number)")
      }
    }
  }
}

/// Pictures of the owner's request and of a proof as they lay before there was a store for them.
private struct OldPictures {
  let evidence: [FileKey]
  let proof: FileKey
  var all: [FileKey] { evidence + [proof] }

  init(_ owner: Owner) async throws {
    let (test, contexts) = (owner.test, owner.test.shop.contexts)
    let id = try #require(RefundCaseID(owner["asked"]))
    let order = try await owner.doneOrder()
    let first = try #require(try await contexts.refunds.refundCase(id)?.evidence.first)
    let second = try await test.evidence(showing: 78)
    proof = try await test.evidence(showing: 79)
    evidence = [first, second]
    // Those that the owner's other things have lie apart already.
    try await test.shop.database.write { [proof] transaction in
      try transaction.execute(
        "INSERT INTO refund_evidence (request_id, position, file) VALUES (\(id), 1, \(second.rawValue))")
      try transaction.execute("UPDATE refund_evidence SET is_private = 0 WHERE request_id = \(id)")
      _ = try transaction.execute(
        "UPDATE delivery_proof SET is_private = 0, picture = \(proof.rawValue) WHERE order_id = \(order.id)")
    }
    for file in evidence + [proof] {
      let bytes = try #require(try await test.shop.evidence.read(file))
      _ = try await test.shop.files.put(bytes, fileExtension: "png")
      try await test.shop.evidence.remove(file)
    }
  }
}

extension TestShop {
  /// A small picture in the store of evidence.
  /// - Parameter content: by which it differs from others, and from all that everybody may see.
  func evidence(showing content: UInt8 = 77) async throws -> FileKey {
    try await shop.evidence.put(SmallPicture.png(showing: content), fileExtension: "png")
  }
}

extension Owner {
  fileprivate func doneOrder() async throws -> Order {
    let number = try #require(OrderNumber(rawValue: self["done"]))
    return try #require(try await test.shop.contexts.orders.order(number: number))
  }

  /// A review by the owner that shows this.
  fileprivate func reviewed(with picture: FileKey) async throws -> OrderLineID {
    let line = try #require(OrderLineID(self["doneLine"]))
    let order = try await doneOrder()
    _ = try await test.shop.flows.writeReview.run(
      WriteReview.Input(
        account: account.id, order: order.id, line: line, stars: 4, text: "A chip at the spout", pictures: [picture]))
    return line
  }
}
