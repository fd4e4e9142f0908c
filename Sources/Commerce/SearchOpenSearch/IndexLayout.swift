/// How documents lie in the cluster. What changes here, or in how text becomes tokens, needs the next version.
struct IndexLayout: Sendable {
  /// Programs of different layouts use different aliases, so that one can be rolled out while the other still serves.
  static let version = 3
  /// Where the highest version that was taken over whole is kept, beside the products.
  static let marker = "applied"

  /// `martlet-products-v3`: what is asked.
  let alias: String
  private let shards: Int
  private let replicas: Int

  init(_ address: OpenSearchAddress) {
    alias = "\(address.index)-v\(Self.version)"
    shards = address.shards
    replicas = address.replicas
  }

  /// `martlet-products-v3-7`: what the alias leads to.
  func index(_ number: Int) -> String { "\(alias)-\(number)" }

  /// `martlet-products-v3-7-feed`: an alias that this one index has for life, by which it is fed. It goes with its index;
  /// fed by its own name, one that is gone would be made again by the way, without a mapping.
  func feed(_ index: String) -> String { "\(index)-feed" }

  /// Nil for another name.
  func number(of index: String) -> Int? {
    index.hasPrefix(alias + "-") ? Int(index.dropFirst(alias.count + 1)) : nil
  }

  /// - Parameters:
  ///   - mark: of the table that it is made of; nil where that is noted later.
  ///   - isServing: under the alias at once. Else it is being filled: nobody asks it yet, so that it is written once and
  ///     made findable at the end.
  func creation(of index: String, mark: Int64? = nil, isServing: Bool) -> JSON {
    var aliases: [String: JSON] = [feed(index): [:]]
    if isServing { aliases[alias] = [:] }
    return [
      "settings": [
        "index": [
          "number_of_shards": .number(Int64(shards)), "number_of_replicas": .number(isServing ? Int64(replicas) : 0),
          "refresh_interval": isServing ? "1s" : "-1",
        ]
      ],
      "mappings": [
        "dynamic": "strict", "_meta": Self.meta(mark),
        "properties": .object(Self.properties),
      ],
      "aliases": .object(aliases),
    ]
  }

  /// What notes of which table the index is. A note takes the place of all that was noted before.
  func marking(_ mark: Int64) -> JSON { ["_meta": Self.meta(mark)] }

  /// A mark has more digits than every reader of JSON keeps of a number.
  private static func meta(_ mark: Int64?) -> JSON {
    var meta: [String: JSON] = ["layout": .number(Int64(version))]
    if let mark { meta["mark"] = .text("\(mark)") }
    return .object(meta)
  }

  /// What an index that was filled gets before it serves.
  var serving: JSON {
    ["index": ["number_of_replicas": .number(Int64(replicas)), "refresh_interval": "1s"]]
  }

  /// Our own tokens with spaces between. Each stands once a field, so that counts of repeats aren't kept.
  private static let tokens: JSON = [
    "type": "text", "analyzer": "whitespace", "index_options": "docs", "copy_to": "any",
  ]

  private static let properties: [String: JSON] = [
    "title": tokens, "brand": tokens, "category": tokens, "attributes": tokens, "body": tokens,
    "any": ["type": "text", "analyzer": "whitespace", "index_options": "docs", "norms": false],
    "head": ["type": "keyword"], "spelled": ["type": "keyword"], "readings": ["type": "keyword"],
    "names": [
      "type": "text", "analyzer": "cjk", "norms": false,
      "fields": ["english": ["type": "text", "analyzer": "english", "norms": false]],
    ],
    "product": ["type": "long"], "version": ["type": "long"], "isListed": ["type": "boolean"],
    "merchantID": ["type": "long"], "categoryID": ["type": "long"], "brandID": ["type": "long"],
    "price": ["type": "long"], "currency": ["type": "keyword"], "inStock": ["type": "boolean"],
    "sold": ["type": "long"], "rating": ["type": "integer"], "reviews": ["type": "integer"],
    "salesSignal": ["type": "float"], "ratingSignal": ["type": "float"],
    "createdAt": ["type": "date", "format": "epoch_millis"],
    "choices": ["type": "keyword"], "choiceKeys": ["type": "keyword"], "choiceLabels": ["type": "keyword"],
  ]
}
