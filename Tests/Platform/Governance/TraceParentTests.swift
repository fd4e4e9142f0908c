import Governance
import Testing

@Suite struct TraceParentTests {
  private static let sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

  @Test func `what W3C Trace Context takes for a parent is taken, and nothing else`() {
    #expect(TraceParent.received(Self.sent) == Self.sent)
    for text in [
      nil, "", "00", Self.sent + "0", Self.sent.uppercased(), Self.sent.replacing("-", with: "_"),
      "ff" + Self.sent.dropFirst(2), "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
      "00-4bf92f3577b34da6a3ce929d0e0e473é-00f067aa0ba902b7-1",
    ] as [String?] {
      #expect(TraceParent.received(text) == nil, "\(text ?? "nil")")
    }
  }

  @Test func `a step is another in the same trace, and each trace is another`() {
    let step = TraceParent.step(in: Self.sent)
    #expect(TraceParent.received(step) == step)
    #expect(TraceParent.trace(of: step) == TraceParent.trace(of: Self.sent))
    #expect(step != Self.sent)
    let made = (1...1000).map { _ in TraceParent.made() }
    #expect(made.allSatisfy { TraceParent.received($0) == $0 })
    #expect(Set(made.map { TraceParent.trace(of: $0) }).count == 1000)
  }
}
