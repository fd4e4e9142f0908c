import Values

/// Every parcel that the tracking service was asked about or told of; in memory alone, since a restart finds shops that ask
/// again.
actor ParcelBook {
  /// So many parcels are kept, the first ones known.
  private static let most = 100_000

  struct Key: Hashable, Sendable {
    let company: String
    let number: String
  }

  /// What the shop is to be told of.
  nonisolated let waiting: AsyncStream<Key>

  private let clock: WallClock
  private let continuation: AsyncStream<Key>.Continuation
  private var parcels: [Key: SandboxParcel] = [:]

  init(clock: WallClock) {
    self.clock = clock
    (waiting, continuation) = AsyncStream.makeStream()
  }

  var all: [SandboxParcel] { parcels.values.sorted { ($0.company, $0.number) < ($1.company, $1.number) } }

  func parcel(_ key: Key) -> SandboxParcel? { parcels[key] }

  /// Whether it is a new one; the service keeps the first subscription. What is known already is told at once.
  func subscribe(_ key: Key, _ subscription: SandboxParcel.Subscription) throws -> Bool {
    var parcel = try known(key)
    guard parcel.subscription == nil else { return false }
    parcel.subscription = subscription
    parcels[key] = parcel
    if !parcel.entries.isEmpty { continuation.yield(key) }
    return true
  }

  /// Nil while nothing is known of it.
  func question(_ key: Key) throws -> SandboxParcel? {
    var parcel = try known(key)
    parcel.questions += 1
    parcels[key] = parcel
    return parcel.entries.isEmpty ? nil : parcel
  }

  /// Plays the carrier.
  func move(_ key: Key, _ move: ParcelMove) throws -> SandboxParcel {
    guard SandboxParcel.states[move.state] != nil else { throw SandboxRefusal.invalidRequest }
    var parcel = try known(key)
    let at = move.at.map { Timestamp(milliseconds: $0) } ?? clock.now
    let text = move.text ?? SandboxParcel.states[move.state] ?? ""
    let entry = SandboxParcel.Entry(at: at, state: move.state, text: text, place: move.place ?? "")
    let place = parcel.entries.firstIndex { $0.at <= at } ?? parcel.entries.count
    parcel.entries.insert(entry, at: place)
    parcels[key] = parcel
    if parcel.subscription != nil, move.isSilent != true { continuation.yield(key) }
    return parcel
  }

  func tellAgain(_ key: Key) throws -> SandboxParcel {
    guard let parcel = parcels[key], parcel.subscription != nil else { throw SandboxRefusal.notFound }
    continuation.yield(key)
    return parcel
  }

  func note(_ key: Key, isKnown: Bool) {
    if isKnown { parcels[key]?.told += 1 } else { parcels[key]?.untold += 1 }
  }

  private func known(_ key: Key) throws -> SandboxParcel {
    if let parcel = parcels[key] { return parcel }
    guard parcels.count < Self.most, (2...40).contains(key.company.utf8.count), (4...40).contains(key.number.utf8.count)
    else { throw SandboxRefusal.invalidRequest }
    return SandboxParcel(company: key.company, number: key.number)
  }
}

/// A carrier's word on a parcel, as the control API is told.
struct ParcelMove: Decodable, Sendable {
  let state: String
  var text: String?
  var place: String?
  /// UTC milliseconds; nil means now.
  var at: Int64?
  /// Nobody is told, as when a push is lost.
  var isSilent: Bool?
}
