/// How a context is reached: called as it is, or over gRPC. What its contract promises holds either way.
public enum Way: CaseIterable, Sendable {
  case stored
  case remote
}
