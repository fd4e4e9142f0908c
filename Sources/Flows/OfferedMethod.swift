import Payments
import Values

/// A method with what of the sum it can take: bounds of methods are held against what their provider is asked for.
public struct OfferedMethod: Hashable, Sendable {
  public let method: PaymentMethod
  /// Whether it takes all that is due.
  public let takesWhole: Bool
  /// Whether it takes what the buyer's balance leaves.
  public let takesRest: Bool

  public init(_ method: PaymentMethod, takesWhole: Bool = true, takesRest: Bool = true) {
    self.method = method
    self.takesWhole = takesWhole
    self.takesRest = takesRest
  }
}

extension Contexts {
  /// The methods by which a buyer can pay, alone or with the balance, in the order in which to offer them.
  /// - Parameters:
  ///   - basis: with all that is due, where that is known.
  ///   - balance: what the buyer can spend of the balance.
  public func offeredMethods(for basis: PaymentBasis, balance: Money) async throws -> [OfferedMethod] {
    let whole = try await payments.methods(for: basis)
    guard let due = basis.amount, balance.isPositive, balance < due else { return whole.map { OfferedMethod($0) } }
    var (rest, unbound) = (basis, basis)
    rest.amount = try due.subtracting(balance)
    unbound.amount = nil
    let beside = try await payments.methods(for: rest)
    return try await payments.methods(for: unbound).compactMap { method in
      let offered = OfferedMethod(
        method, takesWhole: whole.contains(method), takesRest: beside.contains(method))
      return offered.takesWhole || offered.takesRest ? offered : nil
    }
  }
}
