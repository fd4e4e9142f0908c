import Governance
import Values

/// Says what an error of a call says of the part.
struct CallJudge: Sendable {
  private let hasTime: Bool

  /// Made when the call begins. A caller who comes with less than half of what the verb may take, or of what a request has
  /// altogether where that is less, learns nothing by running out of time.
  init(_ verb: RemoteVerb) {
    let whole = min(verb.limit, Deadline.given ?? verb.limit)
    let time = Deadline.remaining(atMost: verb.limit)
    hasTime = time > .zero && time >= whole / 2
  }

  /// A refusal is the answer of a part that is well, even one that says that its own dependency isn't.
  func outcome(of error: any Error) -> CallOutcome {
    switch error {
    case is CancellationError: .none
    case is PartUnavailable: .failure
    case is DeadlineExceeded: hasTime ? .failure : .none
    default: error is any Refusal ? .success : .failure
    }
  }
}
