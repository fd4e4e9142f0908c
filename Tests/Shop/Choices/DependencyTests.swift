import Flows
import Foundation
import Governance
import NIOCore
import Storage
import TestKit
import Testing
import Values

@testable import App
@testable import Events
@testable import EventsRabbitMQ
@testable import Fulfilment
@testable import GovernanceEtcd
@testable import Payments
@testable import Remote
@testable import StorageMySQL
@testable import StorageSQLite

/// The table of docs/governance.md of what each dependency is allowed: its figures are those of the program.
@Suite struct DependencyTests {
  // req: 3.3.6-4
  @Test func `every limit in the table of dependencies is the program's own`() async throws {
    let rows = try GovernanceTable(under: Dependency.heading).rows
    try await TestShop.run { test in
      let stated = try await Self.stated(test)
      #expect(rows.map { $0[0] } == stated.map(\.dependency), "each dependency has its figures here")
      for (row, said) in zip(rows, stated) {
        for text in said.breaker { #expect(row[1].contains(text), "\(row[0]), breaker: \(text)") }
        for text in said.deadline { #expect(row[2].contains(text), "\(row[0]), deadline: \(text)") }
        for text in said.atOnce { #expect(row[3].contains(text), "\(row[0]), at once: \(text)") }
        if said.breaker.isEmpty { #expect(row[1].hasPrefix("none") || row[1] == "the same", "\(row[0])") }
        #expect(row.count == 7 && row.allSatisfy { !$0.isEmpty }, "\(row[0])")
      }
    }
  }

  // req: 3.3.6-3
  @Test func `every dependency in the table has a proof of what the buyer sees, which is a test`() throws {
    let rows = try GovernanceTable(under: Dependency.heading).rows
    #expect(rows.map { $0[0] } == Dependency.allCases.map(\.rawValue))
    let suites = try Self.suites()
    for dependency in Dependency.allCases {
      #expect(!dependency.proofs.isEmpty, "\(dependency.rawValue) has no proof")
      for proof in dependency.proofs {
        let isRun = suites.contains { $0.contains("struct \(proof.suite) {") && Self.runs(proof.test, in: $0) }
        #expect(isRun, "\(dependency.rawValue): there is no test \(proof), or it's disabled")
      }
    }
  }

  @Test(arguments: [
    ("@Suite struct A {\n  @Test func `b`() {}\n}", true), ("@Suite struct A {\n  @Test func `c`() {}\n}", false),
    ("@Suite struct A {\n  @Test(.disabled(\"later\")) func `b`() {}\n}", false),
    ("@Suite struct A {\n  @Test(\n    .disabled()\n  )\n  func `b`() {}\n}", false),
    ("@Suite struct A {\n  func `b`() {}\n}", false),
    ("@Suite struct A {\n  @Test(.disabled()) func `c`() {}\n  // As above.\n  @Test func `b`() {}\n}", true),
    ("@Suite(.disabled()) struct A {\n  @Test func `b`() {}\n}", false),
  ])
  func `a proof that is disabled, or is no test, is none`(file: String, isProof: Bool) {
    #expect(Self.runs("b", in: file) == isProof)
  }

  /// Whether the file has the test, and runs it as far as the text says.
  private static func runs(_ test: String, in file: String) -> Bool {
    guard let name = file.firstRange(of: "func `\(test)`("),
      let mark = file[..<name.lowerBound].ranges(of: "@Test").last
    else { return false }
    let traits = file[mark.upperBound..<name.lowerBound]
    let suites = file[..<mark.lowerBound].matches(of: /@Suite\([^{]*\{/)
    let isDisabled = traits.contains(".disabled") || suites.contains { $0.output.contains(".disabled") }
    return !isDisabled && !traits.contains("func ")
  }

  /// The files of all tests.
  private static func suites() throws -> [String] {
    let files = FileManager.default.enumerator(
      at: TestShop.packageFolder.appending(path: "Tests"), includingPropertiesForKeys: nil)
    var texts: [String] = []
    for case let file as URL in try #require(files) where file.lastPathComponent.hasSuffix("Tests.swift") {
      texts.append(try String(contentsOf: file, encoding: .utf8))
    }
    return texts
  }

  private struct Stated {
    let dependency: String
    var breaker: [String] = []
    let deadline: [String]
    let atOnce: [String]
  }

  /// What the table must say, made of what the program is built with.
  private static func stated(_ test: TestShop) async throws -> [Stated] {
    // The defaults: those of a test's own settings are others.
    let settings = try await Settings(arguments: [], environment: [:])
    let request = "`http.deadlineSeconds` (\(settings.deadlineSeconds) s)"
    let lanes = try #require(test.shop.bus as? InProcessBus).lanes
    let attempt = "\(lanes.patience.timeLimit.components.seconds) s an attempt"
    let limits = RemoteCaller.Limits()
    let calls = "`parts.callsAtOnce` (\(settings.parts.callerLimits.concurrency)) calls"
    return [
      try Self.embedded(request),
      Stated(
        dependency: "database server",
        deadline: ["`database.statementSeconds` (\(settings.database.limits.statementSeconds) s)"],
        atOnce: [
          "`database.connections` (\(settings.database.limits.connections))",
          "\(grouped(ConnectionPool.longestQueue)) may wait",
        ]),
      Stated(
        dependency: "replicas of it", breaker: ["each is left alone from a failed read"],
        deadline: ["as the server; 1 s to connect"],
        atOnce: ["`database.connections` (\(settings.database.limits.connections)) reads each"]),
      try Self.provider(test, "`provider.seconds` (\(settings.providerSeconds) s)"),
      Stated(
        dependency: "notices of the provider", deadline: ["`http.deadlineSeconds`"],
        atOnce: ["\(StoredPayments.strangersPerMinute) a minute, \(StoredPayments.strangersAtOnce) at once"]),
      Stated(
        dependency: "outbox and its subscribers", deadline: [attempt],
        atOnce: ["\(lanes.width) subjects a subscriber"]),
      Stated(
        dependency: "RabbitMQ", deadline: ["\(Shop.relayPatience.components.seconds) s, then another process"],
        atOnce: ["\(grouped(test.shop.relay.capacity)) facts under way"]),
      Stated(dependency: "search index", deadline: ["`http.deadlineSeconds`"], atOnce: ["as many as requests"]),
      Stated(
        dependency: "part `payments`, in processes of its own",
        breaker: ["\(limits.failures) failures in a row open it for \(limits.openFor.components.seconds) s"],
        deadline: try paymentVerbs(test), atOnce: [calls]),
      Stated(
        dependency: "part `search`, in processes of its own", deadline: try searchVerbs(test), atOnce: [calls]),
      Stated(
        dependency: "OpenSearch, where `search.engine` is that",
        breaker: ["5 failures in a row open it for 10 s"],
        deadline: ["`search.openSearch.timeoutMilliseconds` (1.5 s)"], atOnce: ["as many as requests"]),
      Stated(
        dependency: "etcd", deadline: ["\(EtcdClient.patience.components.seconds) s a member"],
        atOnce: ["one watch a process"]),
      Stated(
        dependency: "tracker of parcels",
        deadline: ["\(TrackerHTTPClient.patience.components.seconds) s a call"],
        atOnce: ["one run, \(StoredFulfilment.width) parcels"]),
      Stated(
        dependency: "pictures of imports",
        deadline: [
          "\(PublicPictureFetcher.timeLimit.nanoseconds / 1_000_000_000) s a picture",
          "\(PublicPictureFetcher.mostRedirects) redirects",
        ], atOnce: ["one run, 4 pictures"]),
      Stated(dependency: "mail", deadline: [attempt], atOnce: ["\(lanes.width)"]),
    ]
  }

  private static func embedded(_ request: String) throws -> Stated {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-limits-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let pools = try SQLiteDatabase(path: folder.appending(path: "shop.db").path).workload.pools
    let reads = pools.first { $0.name == "read" }?.size ?? 0
    #expect(ReaderPool.longestQueue == GroupCommitter.longestQueue)
    return Stated(
      dependency: "database, embedded", deadline: [request],
      atOnce: ["\(reads) reads, 1 writer", "\(grouped(ReaderPool.longestQueue)) may wait"])
  }

  private static func provider(_ test: TestShop, _ limit: String) throws -> Stated {
    let breaker = try #require(test.shop.vitals.breakers.all.first { $0.name == "payments.sandbox" })
    return Stated(
      dependency: "payment provider",
      breaker: ["\(breaker.failures) failures in a row open it for \(breaker.openFor.components.seconds) s"],
      deadline: ["\(limit), within the request's"],
      atOnce: ["as many as requests"])
  }

  /// Jobs have minutes where requests have seconds.
  private static func paymentVerbs(_ test: TestShop) throws -> [String] {
    let jobs: Set = ["sweep", "prune", "audit"]
    let verbs = PaymentVerbs.served(by: test.shop.contexts.payments).map(\.verb)
    let asked = verbs.filter { !jobs.contains($0.name) }.map(\.limit)
    let kept = verbs.filter { jobs.contains($0.name) }.map(\.limit)
    let (shortest, longest) = (try #require(asked.min()), try #require(asked.max()))
    let (first, last) = (try #require(kept.min()), try #require(kept.max()))
    return [
      "\(shortest.components.seconds) to \(longest.components.seconds) s",
      "\(first.components.seconds) s to \(last.components.seconds / 60) minutes",
    ]
  }

  private static func searchVerbs(_ test: TestShop) throws -> [String] {
    let feeding: Set = ["index", "remove", "update"]
    let verbs = SearchVerbs.served(by: test.shop.contexts.search).map(\.verb)
    let asked = verbs.filter { !feeding.contains($0.name) }.map(\.limit)
    let fed = Set(verbs.filter { feeding.contains($0.name) }.map(\.limit))
    return [
      "\(try #require(asked.min()).components.seconds) to \(try #require(asked.max()).components.seconds) s",
      "\(try #require(fed.first).components.seconds) s for what feeds it",
    ]
  }

  /// As the table writes it: `20,000`.
  private static func grouped(_ number: Int) -> String {
    number < 1000 ? "\(number)" : "\(number / 1000),\(String(1000 + number % 1000).dropFirst())"
  }
}
