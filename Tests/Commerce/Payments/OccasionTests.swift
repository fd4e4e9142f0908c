import PartKit
import Payments
import TestKit
import Testing
import Values

/// Payments on top of one that an order has already.
@Suite struct OccasionTests {
  @Test(arguments: Way.allCases)
  func `a paid order can be paid again for another occasion, once`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let first = try await desk.open()
    try await desk.tell(desk.notice(first))
    await #expect(throws: PaymentRefusal.alreadyPaid(first.id)) { try await desk.payments.open(desk.request()) }
    var more = desk.request([(desk.order, 500)])
    more.occasion = "edit-1"
    let second = try await desk.payments.open(more).payment
    #expect(second.occasion == "edit-1")
    #expect(try await desk.payments.open(more).payment.id == second.id)
    try await desk.tell(desk.notice(second))
    await #expect(throws: PaymentRefusal.alreadyPaid(second.id)) { try await desk.payments.open(more) }
    #expect(try await desk.payments.payments(of: desk.order).map(\.state) == [.captured, .captured])
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test func `what is open for an older occasion is closed before a newer one is opened`() async throws {
    let desk = try await PaymentDesk(.stored)
    let first = try await desk.open()
    try await desk.tell(desk.notice(first))
    var more = desk.request([(desk.order, 500)])
    more.occasion = "edit-1"
    let old = try await desk.payments.open(more).payment
    more.occasion = "edit-2"
    let new = try await desk.payments.open(more).payment
    #expect(try await desk.payments.payment(old.id)?.state == .closed)
    #expect(new.state == .pending)
    more.occasion = "Edit 3; DROP"
    await #expect(throws: FieldFaults.self) { try await desk.payments.open(more) }
  }
}
