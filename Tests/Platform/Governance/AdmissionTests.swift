import Governance
import Testing

@Suite struct AdmissionTests {
  @Test func `places are bounded, and the last of them are for what money depends on`() {
    let admission = Admission(most: 20)
    for _ in 1...18 { #expect(admission.enter(.ordinary) == nil) }
    #expect(admission.enter(.ordinary) == .places)
    for _ in 1...2 { #expect(admission.enter(.vital) == nil) }
    #expect(admission.enter(.vital) == .places)
    #expect(admission.underWay == 20)
    for _ in 1...3 { admission.leave() }
    #expect(admission.enter(.ordinary) == nil)
  }

  @Test func `the longer work waits for a processor the more are turned away, and a hiccup turns nobody away`() {
    let admission = Admission(most: 1000, longestWait: .seconds(1), chance: { 0.5 })
    admission.note(wait: .seconds(60))
    #expect(admission.enter(.ordinary) == nil)
    for _ in 1...3 { admission.note(wait: .seconds(2)) }
    #expect(admission.enter(.ordinary) == nil)
    for _ in 1...3 { admission.note(wait: .seconds(3)) }
    #expect(admission.enter(.ordinary) == .wait)
    #expect(admission.enter(.vital) == nil)
    for _ in 1...3 { admission.note(wait: .seconds(30)) }
    #expect(admission.enter(.vital) == .wait)
    admission.note(wait: .zero)
    #expect(admission.enter(.ordinary) == nil)
  }
}
