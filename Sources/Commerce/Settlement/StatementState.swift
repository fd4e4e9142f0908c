/// `drafted → approved → paid`, and out of the first two `cancelled`.
public enum StatementState: String, CaseIterable, Codable, Sendable {
  case drafted, approved, paid, cancelled

  static let allowed: [StatementState: Set<StatementState>] = [
    .drafted: [.approved, .cancelled], .approved: [.paid, .cancelled],
  ]

  public func canMove(to state: StatementState) -> Bool { Self.allowed[self]?.contains(state) == true }
}
