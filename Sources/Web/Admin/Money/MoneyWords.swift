import Pages
import Payments
import Values

/// States of money as the desks show them.
enum MoneyWords {
  static func state(_ state: PaymentState, _ words: Words) -> Model {
    let (kind, icon) =
      switch state {
      case .created, .pending: ("amber", "clock")
      case .captured: ("green", "check")
      case .partlyRefunded, .refunded: ("sky", "return")
      case .closed: ("grey", "cross")
      case .failed: ("red", "warn")
      }
    return ["kind": kind, "icon": icon, "text": text(state, words)]
  }

  static func text(_ state: PaymentState, _ words: Words) -> String {
    words["paymentState.\(state.rawValue)"] ?? state.rawValue
  }

  static func state(_ state: RefundState, _ words: Words) -> Model {
    let (kind, icon) =
      switch state {
      case .sent: ("amber", "clock")
      case .settled: ("green", "check")
      case .failed: ("red", "warn")
      }
    return ["kind": kind, "icon": icon, "text": text(state, words)]
  }

  static func text(_ state: RefundState, _ words: Words) -> String {
    words["refundState.\(state.rawValue)"] ?? state.rawValue
  }

  static func method(_ method: PaymentMethod, _ words: Words) -> String {
    words["pay.methods.\(method.rawValue)"] ?? words.phrase("pay.methods.\(method)")
  }

  /// How payments move, with where one stands.
  static func diagram(of current: PaymentState, _ words: Words) -> Model {
    StateDiagram(
      words["transactions.paymentMoves"] ?? "",
      PaymentState.allCases.map { state in
        StateDiagram.State(
          id: state.rawValue, text: text(state, words),
          next: PaymentState.allCases.filter { state.canMove(to: $0) }.map(\.rawValue))
      }, current: current.rawValue
    ).model
  }

  /// How refunds move, with where the last one stands.
  static func diagram(of current: RefundState, _ words: Words) -> Model {
    StateDiagram(
      words["transactions.refundMoves"] ?? "",
      RefundState.allCases.map { state in
        let next = RefundState.allowed[state] ?? []
        return StateDiagram.State(
          id: state.rawValue, text: text(state, words),
          next: RefundState.allCases.filter(next.contains).map(\.rawValue))
      }, current: current.rawValue
    ).model
  }
}
