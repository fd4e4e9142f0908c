import Orders
import Testing
import Values

@Suite struct ScreeningTests {
  private let clean = ScreeningFacts(accountAge: .days(100), failedPayments: 0, isNewPlace: false)

  private func order(_ desk: OrderDesk, count: Int = 1) async throws -> Order {
    try await desk.place("1", lines: [try desk.line(count: count)])
  }

  private func screening(_ limit: Int64?) -> Screening {
    Screening(
      limit: limit.map { Money(minor: $0, currency: .cny) },
      rules: [
        NewAccountRule(youngerThan: .days(1)), OddQuantityRule(from: 20), NewPlaceRule(), FailedPaymentsRule(from: 3),
      ])
  }

  @Test func `small clean orders pass by themselves, and others don't`() async throws {
    let order = try await order(try await OrderDesk())
    let limited = screening(9400)
    #expect(limited.passes(limited.reasons(toHold: order, clean)))
    #expect(screening(9399).reasons(toHold: order, clean) == [.aboveLimit])
    let manual = screening(nil)
    #expect(manual.reasons(toHold: order, clean).isEmpty)
    #expect(!manual.passes([]), "without a limit a person passes each")
    let dollars = Screening(limit: Money(minor: 1_000_000, currency: .usd), rules: [])
    #expect(dollars.reasons(toHold: order, clean) == [.aboveLimit])
  }

  @Test func `each rule finds what is odd`() async throws {
    let desk = try await OrderDesk()
    let order = try await order(desk)
    let facts: [(ScreeningFacts, [HoldReason])] = [
      (ScreeningFacts(accountAge: .hours(23), failedPayments: 0, isNewPlace: false), [.newAccount]),
      (ScreeningFacts(accountAge: .hours(24), failedPayments: 2, isNewPlace: false), []),
      (ScreeningFacts(accountAge: .days(9), failedPayments: 3, isNewPlace: false), [.failedPayments]),
      (ScreeningFacts(accountAge: .days(9), failedPayments: 0, isNewPlace: true), [.newPlace]),
      (
        ScreeningFacts(accountAge: .zero, failedPayments: 9, isNewPlace: true),
        [.newAccount, .newPlace, .failedPayments]
      ),
    ]
    for (fact, reasons) in facts { #expect(screening(9400).reasons(toHold: order, fact) == reasons) }
    let many = try await desk.place("2", lines: [try desk.line(unit: 1, count: 20)])
    #expect(screening(9400).reasons(toHold: many, clean) == [.oddQuantity])
  }
}
