/// How documents lie in the cluster. What changes here, or in how text becomes tokens, needs the next version.
struct IndexLayout: Sendable {
  /// Programs of different layouts use different aliases, so that one can be rolled out while the other still serves.
  static let version = 2
  /// Where the highest version that was taken over whole is kept, beside the products.
  static let marker = "applied"

  /// `martlet-products-v2`: what is asked and fed.
  let alias: String
  private let shards: Int
  private let replicas: Int

  init(_ address: OpenSearchAddress) {
    alias = "\(address.index)-v\(Self.version)"
    shards = address.shards
    replicas = address.replicas
  }

  /// `martlet-products-v2-3`: what the alias leads to.
  func index(_ number: Int) -> String { "\(alias)-\(number)" }

  /// Nil for another name.
  func number(of index: String) -> Int? {
    index.hasPrefix(alias + "-") ? Int(index.dropFirst(alias.count + 1)) : nil
  }

  /// - Parameter isServing: under the alias at once. Else it is being filled: nobody asks it yet, so that it is written
  ///   once and made findable at the end.
  func creation(isServing: Bool) -> JSON {
    var body: [String: JSON] = [
      "settings": [
        "index": [
          "number_of_shards": .number(Int64(shards)), "number_of_replicas": .number(isServing ? Int64(replicas) : 0),
          "refresh_interval": isServing ? "1s" : "-1",
        ]
      ],
      "mappings": [
        "dynamic": "strict", "_meta": ["layout": .number(Int64(Self.version))],
        "properties": .object(Self.properties),
      ],
    ]
    if isServing { body["aliases"] = .object([alias: [:]]) }
    return .object(body)
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
