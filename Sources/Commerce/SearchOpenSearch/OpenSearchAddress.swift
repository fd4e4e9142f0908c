import Values

/// Where the nodes of an OpenSearch cluster are, and how they are asked.
public struct OpenSearchAddress: Hashable, Sendable {
  /// `http://host:port` or `https://host:port`, without a slash at the end; one at least. The next one is asked where
  /// one doesn't answer.
  public var nodes: [String]
  /// What names of indices begin with: small letters, digits, `-` and `_`.
  public var index: String
  /// Nil where the cluster asks nobody who they are.
  public var login: Login?
  /// A PEM file of those who sign the certificates of the nodes; nil means those that the machine trusts.
  public var authorities: String?
  /// How long a question of a shopper may take, all attempts together.
  public var patience: Duration
  public var shards: Int
  public var replicas: Int

  public struct Login: Hashable, Sendable {
    public let user: String
    public let password: String

    public init(user: String, password: String) {
      self.user = user
      self.password = password
    }
  }

  public init(
    nodes: [String], index: String = "martlet-products", login: Login? = nil, authorities: String? = nil,
    patience: Duration = .milliseconds(1500), shards: Int = 1, replicas: Int = 1
  ) {
    self.nodes = nodes
    self.index = index
    self.login = login
    self.authorities = authorities
    self.patience = patience
    self.shards = shards
    self.replicas = replicas
  }
}
