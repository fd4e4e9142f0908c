import Values

public enum PartInstanceTag: Identified { public static let prefix = "pin" }
public typealias PartInstanceID = ID<PartInstanceTag>

extension ID where Of == PartInstanceTag {
  /// Drawn by chance, not in the order of time: instances share no generator and perhaps no database.
  public static func drawn() -> Self { Self(raw: Int64.random(in: 0...Int64.max)) }
}

/// One running copy of a part of the program.
public struct PartInstance: Hashable, Codable, Sendable {
  public let id: PartInstanceID
  /// What it does: `shop`, `payments`, `search`, `insight`, `jobs`.
  public let part: String
  public let address: PartAddress
  /// The program's; empty where unknown.
  public let version: String
  /// Nil where unknown.
  public let startedAt: Timestamp?
  public var condition: PartCondition

  /// - Parameter part: a name that `isPartName` accepts.
  public init(
    id: PartInstanceID = .drawn(), part: String, address: PartAddress, version: String = "",
    startedAt: Timestamp? = nil, condition: PartCondition = PartCondition()
  ) {
    precondition(Self.isPartName(part), "a part's name is made of small letters, digits and -")
    self.id = id
    self.part = part
    self.address = address
    self.version = version
    self.startedAt = startedAt
    self.condition = condition
  }

  /// 1…40 small letters, digits and hyphens.
  public static func isPartName(_ text: some StringProtocol) -> Bool {
    (1...40).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || $0 == UInt8(ascii: "-")
      }
  }
}

/// How an instance is doing, as it says itself.
public struct PartCondition: Hashable, Codable, Sendable {
  public enum Health: String, Codable, Sendable {
    case healthy
    /// It answers, but can't do its work now.
    case unhealthy
  }

  /// How much of what it can do it does: 0…1.
  public let load: Double
  public let health: Health

  /// - Parameter load: brought into 0…1; what is no number counts as 0.
  public init(load: Double = 0, health: Health = .healthy) {
    self.load = load.isNaN ? 0 : min(1, max(0, load))
    self.health = health
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    // A newer program may know more kinds of health than this one.
    let health = Health(rawValue: try container.decode(String.self, forKey: .health)) ?? .unhealthy
    self.init(load: try container.decode(Double.self, forKey: .load), health: health)
  }
}
