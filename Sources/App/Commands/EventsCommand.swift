import ArgumentParser
import Events
import Values

/// `martlet events`: facts that a reaction couldn't follow, and what to do about them.
struct EventsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "List, replay or discard events that couldn't be handled.",
    discussion: """
      Prints a line for each: event, subscriber, name, subject, attempts, when it failed last, and why. A shop that serves \
      replays them by itself, after pauses that grow from a minute to six hours. Ends with 1 when a replay failed.
      """)

  @Option(parsing: .upToNextOption, help: "Hand one to its subscriber again: EVENT SUBSCRIBER.")
  var replay: [String] = []

  @Flag(help: "Hand all to their subscribers again, the oldest first.")
  var replayAll = false

  @Option(parsing: .upToNextOption, help: "Throw one away unhandled: EVENT SUBSCRIBER.")
  var discard: [String] = []

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func validate() throws {
    for pair in [replay, discard] where !pair.isEmpty { _ = try letter(pair) }
    guard [!replay.isEmpty, replayAll, !discard.isEmpty].count(where: { $0 }) < 2 else {
      throw ValidationError("--replay, --replay-all and --discard exclude one another")
    }
  }

  func run() async throws {
    let isDone = try await Surroundings(settings).withShop { try await work(on: $0.letters) }
    if !isDone { throw ExitCode(1) }
  }

  private func work(on letters: DeadLetters) async throws -> Bool {
    if !discard.isEmpty {
      let (event, subscriber) = try letter(discard)
      return await attempt("discarded", event, subscriber) { try await letters.discard(event, for: subscriber) }
    }
    if !replay.isEmpty {
      let (event, subscriber) = try letter(replay)
      return await attempt("handled", event, subscriber) { try await letters.replay(event, for: subscriber) }
    }
    var isDone = true
    var next: Cursor?
    repeat {
      let page = try await letters.letters(PageRequest(limit: 100, after: next))
      for letter in page.items {
        let (event, subscriber) = (letter.envelope.id, letter.subscriber)
        if !replayAll {
          print(Self.line(letter))
        } else if !(await attempt("handled", event, subscriber) { try await letters.replay(event, for: subscriber) }) {
          isDone = false
        }
      }
      next = page.next
    } while next != nil
    return isDone
  }

  private func attempt(
    _ done: String, _ event: EventID, _ subscriber: String, _ body: () async throws -> Void
  ) async -> Bool {
    do {
      try await body()
      print("\(event)\t\(subscriber)\t\(done)")
      return true
    } catch {
      say("\(event)\t\(subscriber)\t\(error)")
      return false
    }
  }

  private func letter(_ pair: [String]) throws -> (EventID, String) {
    guard pair.count == 2, let event = EventID(pair[0]) else {
      throw ValidationError("name the letter as EVENT SUBSCRIBER, as `martlet events` prints it")
    }
    return (event, pair[1])
  }

  private static func line(_ letter: DeadLetter) -> String {
    let reason = letter.errorText.split(whereSeparator: \.isNewline).joined(separator: " ")
    return [
      "\(letter.envelope.id)", letter.subscriber, letter.envelope.name, letter.envelope.subject,
      "\(letter.attempts)", "\(letter.failedAt)", reason,
    ].joined(separator: "\t")
  }
}
