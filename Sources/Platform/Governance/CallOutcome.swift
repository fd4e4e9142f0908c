/// What a call that has ended says of what was called.
public enum CallOutcome: Sendable {
  case success
  case failure
  /// Nothing: the caller left before it was known, or had too little time to begin with.
  case none
}
