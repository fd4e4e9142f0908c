import AsyncHTTPClient
import Foundation
import Synchronization
import Testing

extension Program {
  /// A client with a connection for each visitor.
  static let manyAtOnce: HTTPClient = {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 128
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()
}

/// Visitors who ask again as soon as they are answered, so that as many requests are under way as there are visitors.
struct SteadyLoad {
  static let questions = ["tea", "lamp", "bag", "wool", "phone", "茶", "灯", "包", "zzz", "cotton shirt", "a", "木"]

  let program: Program
  let tally = Tally()
  private let products: [String]
  private let buyers: [(token: String, address: String, variant: String)]

  /// - Parameter buyers: of whom each buys another product; bounded by what the first page of products holds.
  init(_ program: Program, buyers count: Int) async throws {
    self.program = program
    products = try await program.products(40)
    var buyers: [(token: String, address: String, variant: String)] = []
    for number in 0..<count {
      let (token, address) = try await program.open("endures\(number)")
      buyers.append((token, address, try await program.variant(of: products[number % products.count])))
    }
    self.buyers = buyers
  }

  /// Runs until the moment, with the buyers and as many others as said.
  func run(browsing: Int, searching: Int, until end: ContinuousClock.Instant) async {
    await withTaskGroup(of: Void.self) { group in
      for first in 0..<browsing { group.addTask { await browse(from: first, until: end) } }
      for first in 0..<searching { group.addTask { await search(from: first, until: end) } }
      for buyer in buyers { group.addTask { await buy(buyer, until: end) } }
    }
  }

  private func browse(from first: Int, until end: ContinuousClock.Instant) async {
    var step = first
    while .now < end {
      let product = products[step % products.count]
      let path = ["/", "/products/\(product)", "/search?sort=price", "/api/v1/products/\(product)"][step % 4]
      _ = await ask(.browse, "GET", path + (step % 8 == 2 ? "&lang=zh-Hans" : ""))
      step += 1
    }
  }

  private func search(from first: Int, until end: ContinuousClock.Instant) async {
    var step = first
    while .now < end {
      let words = Browser.escaped(Self.questions[step % Self.questions.count])
      _ = await ask(.search, "GET", step % 2 == 0 ? "/search?q=\(words)" : "/api/v1/products?q=\(words)&limit=20")
      step += 1
    }
  }

  /// Fills the cart, orders, and cancels the order, so that the goods last.
  private func buy(
    _ buyer: (token: String, address: String, variant: String), until end: ContinuousClock.Instant
  ) async {
    while .now < end {
      guard
        let cart = await insist(
          .cart, until: end, "/api/v1/cart/lines", buyer.token, #"{"variant":"\#(buyer.variant)","quantity":1}"#),
        let version = try? cart.value("version"),
        let placed = await insist(
          .order, until: end, "/api/v1/orders", buyer.token,
          #"{"cartVersion":\#(version),"address":"\#(buyer.address)","note":""}"#),
        let number = try? placed.value("items", "number")
      else { continue }
      _ = await insist(.cancel, until: end, "/api/v1/orders/\(number)/cancellation", buyer.token, nil)
    }
  }

  /// Asks until it is let in.
  private func insist(
    _ kind: Tally.Kind, until end: ContinuousClock.Instant, _ path: String, _ token: String, _ json: String?
  ) async -> Program.Answer? {
    while .now < end { if let answer = await ask(kind, "POST", path, token, json) { return answer } }
    return nil
  }

  /// Nil when it was turned away, or failed.
  private func ask(
    _ kind: Tally.Kind, _ method: String, _ path: String, _ token: String? = nil, _ json: String? = nil
  ) async -> Program.Answer? {
    let began = ContinuousClock.now
    do {
      let answer = try await program.send(method, path, token: token, json: json)
      tally.note(kind, answer, to: "\(method) \(path)", after: began.duration(to: .now))
      if answer.status < 400 { return answer }
      // Sooner than `Retry-After` asks, or nobody would be there to be turned away.
      try await Task.sleep(for: .milliseconds(50))
    } catch {
      tally.fail("\(method) \(path): \(error)")
    }
    return nil
  }
}

/// What became of the requests of a load.
final class Tally: Sendable {
  enum Kind: CaseIterable { case browse, search, cart, order, cancel }

  struct Counts {
    var served: [Kind: Int] = [:]
    var turnedAway = 0
    var slowest = Duration.zero
    /// The first of them; each is a request that should have gone well.
    var faults: [String] = []
  }

  private let state = Mutex(Counts())

  var counts: Counts { state.withLock { $0 } }

  func fail(_ text: String) { state.withLock { if $0.faults.count < 20 { $0.faults.append(text) } } }

  func note(_ kind: Kind, _ answer: Program.Answer, to request: String, after time: Duration) {
    state.withLock { counts in
      counts.slowest = max(counts.slowest, time)
      switch answer.status {
      case 200..<400: counts.served[kind, default: 0] += 1
      case 429 where answer.namesReturn, 503 where answer.namesReturn: counts.turnedAway += 1
      default:
        if counts.faults.count < 20 {
          counts.faults.append(
            "\(request): \(answer.status) \(String(decoding: answer.body.prefix(200), as: UTF8.self))")
        }
      }
    }
  }
}
