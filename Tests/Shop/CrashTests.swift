import Foundation
import Synchronization
import TestKit
import Testing
import Values

/// The program as a process of its own, ended without warning while it takes orders.
@Suite(.serialized) struct CrashTests {
  private static let rounds = 3
  private static let buyersARound = 16

  // req: 3.3.4-3
  @Test func `killed in the midst of a checkout load, the shop has lost no acknowledged order and its books agree`()
    async throws
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-crash-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let port = try freePort()
    let settings =
      try await TestStorage.arguments().arguments + [
        "--home-folder", TestShop.packageFolder.path, "--data-folder", folder.path, "--http-port", "\(port)",
        "--sandbox-port", "\(try freePort())", "--accounts-password-cost", "10", "--catalog-fetches-pictures", "false",
      ]
    #expect(try await martlet(["demo"] + settings).status == 0)
    var moments = SeededMoments(state: 7)
    for round in 1...Self.rounds {
      let shop = Process.martlet(["serve"] + settings)
      let ending = try shop.start()
      let client = Program(base: "http://127.0.0.1:\(port)")
      try await client.waitUntilUp()
      let buyers = try await client.buyers(Self.buyersARound, round: round)
      let acknowledged = Acknowledged()
      await withTaskGroup(of: Void.self) { group in
        for buyer in buyers {
          group.addTask {
            if let number = try? await client.placeOrder(buyer) { acknowledged.add(number, token: buyer.token) }
          }
        }
        let moment = moments.next()
        group.addTask {
          try? await Task.sleep(for: .milliseconds(moment))
          kill(shop.processIdentifier, SIGKILL)
        }
      }
      _ = await ending.status
      let again = Process.martlet(["serve"] + settings)
      let ended = try again.start()
      try await client.waitUntilUp()
      for (number, token) in acknowledged.all {
        let answer = try await client.send("GET", "/api/v1/orders/\(number)", token: token)
        #expect(answer.status == 200, "round \(round): order \(number) was acknowledged")
      }
      again.terminate()
      _ = await ended.status
      #expect(try await martlet(["audit"] + settings).status == 0, "round \(round): the books agree")
    }
  }
}

/// Moments between 5 and 200 ms, the same in every run.
private struct SeededMoments {
  var state: UInt64

  mutating func next() -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return 5 + Int(state >> 33) % 196
  }
}

private final class Acknowledged: Sendable {
  private let orders = Mutex<[(String, String)]>([])
  func add(_ number: String, token: String) { orders.withLock { $0.append((number, token)) } }
  var all: [(String, String)] { orders.withLock { $0 } }
}
