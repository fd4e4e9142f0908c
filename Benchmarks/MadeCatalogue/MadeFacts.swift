import Values

/// What a made product is, by positions in the lists of its catalogue; nil where its title says nothing of it.
public struct MadeFacts: Sendable {
  public let kind: Int
  public let leaf: Int
  public let colour: Int
  public let material: Int
  public let manners: [Int]
  public let brand: Int
  public let series: Int?
  public let size: LocalizedText?
  public let model: String?
  public let merchant: Int
  /// Minor units of CNY.
  public let price: Int64
  public let sold: Int
  public let ratingTenths: Int
  public let reviewCount: Int
  public let inStock: Bool
}

/// A question with what it asks for, so that any product can be graded.
public struct MadeQuestion: Codable, Sendable {
  public var text: String
  public var language: Language
  public var kind: Int?
  public var leaf: Int?
  public var colour: Int?
  public var material: Int?
  public var brand: Int?
  public var series: Int?
  /// The ten best grades that the catalogue has for it, best first.
  public var ideal: [Int] = []

  /// 3 for what is asked for, one less for each property that it lacks, and 1 for its neighbours when only a kind is
  /// asked for; 0 for all else. One of another kind or series is never what is asked for.
  public func grade(_ facts: MadeFacts) -> Int {
    if let series { return facts.series == series ? 3 : 0 }
    if let kind, facts.kind != kind {
      let isNeighbour = colour == nil && material == nil && brand == nil && facts.leaf == leaf
      return isNeighbour ? 1 : 0
    }
    let lacking = [
      colour.map { $0 != facts.colour }, material.map { $0 != facts.material }, brand.map { $0 != facts.brand },
    ].count { $0 == true }
    return max(3 - lacking, 1)
  }
}
