import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Values

/// Tells the shop where parcels are: each time all that is known. What isn't acknowledged is told again after 30 minutes, three
/// times at most.
struct PushSender: Sendable {
  static let waitSeconds = 1800
  static let mostRepeats = 3

  private struct Acknowledgement: Decodable {
    let result: Bool
  }

  let book: ParcelBook
  let client: HTTPClient
  /// Divides the waits.
  let timeFactor: Int
  let logger: Logger

  /// Until the task is cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      for await key in book.waiting {
        group.addTask { await deliver(key) }
      }
    }
  }

  private func deliver(_ key: ParcelBook.Key) async {
    for repeats in 0...Self.mostRepeats {
      guard let parcel = await book.parcel(key), let subscription = parcel.subscription else { return }
      let isKnown = await send(parcel, to: subscription)
      await book.note(key, isKnown: isKnown)
      if isKnown || repeats == Self.mostRepeats { return }
      do { try await Task.sleep(for: .seconds(Self.waitSeconds) / timeFactor) } catch { return }
    }
  }

  private func send(_ parcel: SandboxParcel, to subscription: SandboxParcel.Subscription) async -> Bool {
    do {
      var request = HTTPClientRequest(url: subscription.callback)
      request.method = .POST
      request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded; charset=utf-8")
      request.body = .bytes(ByteBuffer(string: try ParcelForm.push(parcel, salt: subscription.salt)))
      let response = try await client.execute(request, timeout: .seconds(20))
      let body = try await response.body.collect(upTo: 4096)
      let answer = try JSONDecoder().decode(Acknowledgement.self, from: Data(Array(buffer: body)))
      return response.status == .ok && answer.result
    } catch {
      logger.notice("A push didn't get through", metadata: ["number": "\(parcel.number)", "error": "\(error)"])
      return false
    }
  }
}
