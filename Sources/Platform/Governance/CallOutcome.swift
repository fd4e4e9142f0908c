/// What a call that has ended says of what was called.
public enum CallOutcome: Sendable {
  case success
  case failure
  /// A failure that took all the time that the call had.
  case hang
  /// Nothing: the caller left before it was known, or had too little time to begin with.
  case none
}
