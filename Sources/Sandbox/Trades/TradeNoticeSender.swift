import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Values

/// Tells the merchant what its provider tells, at the pace of that provider, until it acknowledges.
struct TradeNoticeSender: Sendable {
  /// How often it looks for what is due, besides when something stirs.
  private static let pause = Duration.milliseconds(200)

  let book: TradeBook
  let faults: FaultDesk
  let client: HTTPClient
  /// Divides the waits between attempts.
  let timeFactor: Int
  let logger: Logger
  private let held = HeldNotices()

  init(book: TradeBook, faults: FaultDesk, client: HTTPClient, timeFactor: Int, logger: Logger) {
    self.book = book
    self.faults = faults
    self.client = client
    self.timeFactor = timeFactor
    self.logger = logger
  }

  /// Until the task is cancelled. What isn't delivered by then stays in the book.
  func run() async {
    let (ticks, tick) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    await withDiscardingTaskGroup { group in
      group.addTask { for await _ in book.stirrings { tick.yield() } }
      group.addTask {
        while !Task.isCancelled {
          tick.yield()
          do { try await Task.sleep(for: Self.pause) } catch { break }
        }
        tick.finish()
      }
      for await _ in ticks {
        for notice in await book.dueNotices() { group.addTask { await attempt(notice) } }
      }
    }
  }

  private func attempt(_ notice: TradeNotice) async {
    do {
      // Told behind one that is made later.
      if let order = faults.take(.reorderNotice, at: notice.brand, call: notice.event) {
        await held.wait(behind: notice, atMost: order.seconds > 0 ? order.seconds : 5)
      }
      if let order = faults.take(.delayNotice, at: notice.brand, call: notice.event), order.seconds > 0 {
        try await Task.sleep(for: .seconds(order.seconds))
      }
      let isKnown = try await sent(notice)
      await held.release(notice)
      if !isKnown { try Task.checkCancellation() }
      try await book.finish(next(notice, isKnown: isKnown))
    } catch is CancellationError {
      await book.abandon(notice)
    } catch {
      logger.error("A notice can't be told", metadata: ["notice": "\(notice.id)", "error": "\(error)"])
      // It is due at once again, and fails alike.
      try? await Task.sleep(for: .seconds(5))
      await book.abandon(notice)
    }
  }

  private func next(_ notice: TradeNotice, isKnown: Bool) -> TradeNotice {
    var next = notice
    let waits = book.voices[notice.brand]?.waitsSeconds ?? []
    if isKnown {
      next.outcome = .delivered
    } else if notice.failures < waits.count {
      next.nextAt = book.clock.now.adding(.seconds(waits[notice.failures]) / timeFactor)
      next.failures += 1
    } else {
      next.failures += 1
      next.outcome = .givenUp
    }
    return next
  }

  /// Whether the merchant acknowledged.
  private func sent(_ notice: TradeNotice) async throws -> Bool {
    guard let voice = book.voices[notice.brand] else { return false }
    if faults.take(.loseNotice, at: notice.brand, call: notice.event) != nil { return false }
    let isDouble = faults.take(.duplicateNotice, at: notice.brand, call: notice.event) != nil
    let spoil = faults.spoil(at: notice.brand, event: notice.event)
    let call = try voice.call(notice, spoil: spoil, at: book.clock.wire)
    let isKnown = await send(call, notice, voice)
    return isDouble ? await send(call, notice, voice) : isKnown
  }

  private func send(_ call: NoticeCall, _ notice: TradeNotice, _ voice: any ProviderVoice) async -> Bool {
    var request = HTTPClientRequest(url: notice.address)
    request.method = .POST
    for header in call.headers { request.headers.add(name: header.name, value: header.value) }
    request.body = .bytes(ByteBuffer(bytes: call.body))
    do {
      let response = try await client.execute(request, timeout: .seconds(voice.patienceSeconds))
      let answer = try await response.body.collect(upTo: 65_536)
      return voice.isAcknowledged(status: Int(response.status.code), body: Array(buffer: answer))
    } catch {
      logger.notice("A notice didn't get through", metadata: ["notice": "\(notice.id)", "error": "\(error)"])
      return false
    }
  }
}

/// Notices that wait for a later one to be told first.
private actor HeldNotices {
  private var waiting: [(id: Int, brand: Brand, go: AsyncStream<Void>.Continuation)] = []

  func wait(behind notice: TradeNotice, atMost seconds: Double) async {
    let (gate, go) = AsyncStream<Void>.makeStream()
    waiting.append((notice.id, notice.brand, go))
    let patience = Task {
      try? await Task.sleep(for: .seconds(seconds))
      go.finish()
    }
    for await _ in gate { break }
    patience.cancel()
    waiting.removeAll { $0.id == notice.id }
  }

  /// Lets those go that came before the one that was told.
  func release(_ notice: TradeNotice) {
    for one in waiting where one.brand == notice.brand && one.id < notice.id { one.go.finish() }
  }
}
