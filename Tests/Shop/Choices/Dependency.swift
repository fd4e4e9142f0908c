import Testing

/// A row of the table of dependencies in docs/governance.md, by its words, with the tests that make this dependency fail and
/// hold what the buyer sees to what is written. A row without one, and one that names a test that there isn't, fail
/// `DependencyTests`.
enum Dependency: String, CaseIterable {
  case embedded = "database, embedded"
  case server = "database server"
  case replicas = "replicas of it"
  case provider = "payment provider"
  case notices = "notices of the provider"
  case outbox = "outbox and its subscribers"
  case broker = "RabbitMQ"
  case index = "search index"
  case payments = "part `payments`, in processes of its own"
  case search = "part `search`, in processes of its own"
  case openSearch = "OpenSearch, where `search.engine` is that"
  case registry = "etcd"
  case tracker = "tracker of parcels"
  case pictures = "pictures of imports"
  case mail = "mail"

  static let heading = "What each dependency is allowed"

  /// A test, by its suite and its name.
  struct Proof: Hashable, CustomStringConvertible {
    let suite: String
    let test: String

    init(_ suite: String, _ test: String) { (self.suite, self.test) = (suite, test) }

    var description: String { "\(suite): \(test)" }
  }

  /// The first two are the same test, which runs on both engines.
  var proofs: [Proof] {
    switch self {
    case .embedded, .server:
      [Proof("FallbackTests", "without its database the shop shows what is in memory, and says so elsewhere")]
    case .replicas:
      [
        Proof(
          "ReplicaTests",
          "the map of the shop and an export come from the replica, what is bought doesn't, and without it all goes on")
      ]
    case .provider: [Proof("FallbackTests", "without the payment provider an order is placed and kept")]
    case .notices: [Proof("FallbackTests", "while notices are lost the buyer reads how the payment stands")]
    case .outbox:
      [
        Proof("SettlePaymentsTests", "an order is paid without the event, which changes nothing when it comes"),
        Proof("FallbackTests", "a letter that can't be sent comes later, and the order centre says the same"),
      ]
    case .broker:
      [
        Proof(
          "BrokerTests",
          "a payment that comes while the broker is away pays its order, and its event does nothing more")
      ]
    case .index: [Proof("FallbackTests", "while search isn't fed, lists are those of the last fact that arrived")]
    case .payments, .search:
      [
        Proof(
          "PartsApartTests", "parts in processes of their own sell together, outlive one another and lose nothing")
      ]
    case .openSearch:
      [
        Proof("FindingTests", "where nobody answers, search is unavailable, and after five failures nobody is asked"),
        Proof("SpareSearchTests", "while every other call fails, the index is read once a minute and lists are kept"),
      ]
    case .registry:
      [
        Proof("EtcdClusterTests", "with most members lost, the lists stay as they were"),
        Proof(
          "PartListingTests",
          "a shop that starts while etcd is away serves and says so, and is found once etcd is there"),
      ]
    case .tracker:
      [
        Proof("TrackingTests", "a tracker that is away is asked again, and one that declines a parcel is only asked"),
        Proof("ShippingDeskTests", "pushes that are lost are made up for, and false ones are refused"),
      ]
    case .pictures: [Proof("FallbackTests", "a picture that can't be fetched is drawn")]
    case .mail:
      [Proof("FallbackTests", "a letter that can't be sent comes later, and the order centre says the same")]
    }
  }

  /// What the table says that the buyer reads, sentence by sentence.
  func words() throws -> [String] {
    let row = try #require(try GovernanceTable(under: Self.heading).rows.first { $0[0] == rawValue })
    let words = row[5].matches(of: /"([^"]+)"/).map { String($0.1) }
    try #require(!words.isEmpty, "\(rawValue) quotes what is said")
    return words
  }
}
