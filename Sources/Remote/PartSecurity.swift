import GRPCNIOTransportHTTP2

/// How parts know one another: a secret that all of them share, and TLS where certificates are given.
public struct PartSecurity: Sendable {
  /// PEM files. With them both sides show a certificate, and each accepts those that the authority has signed.
  public struct Certificates: Sendable {
    public let chain: String
    public let key: String
    public let authority: String

    public init(chain: String, key: String, authority: String) {
      self.chain = chain
      self.key = key
      self.authority = authority
    }
  }

  static let key = "part-secret"

  let secret: String
  let certificates: Certificates?
  private let isPlaintextFine: Bool

  /// - Parameters:
  ///   - certificates: nil speaks plaintext, to private addresses only.
  ///   - allowsPublicPlaintext: speaks plaintext to any address, because something else guards the network.
  public init(secret: String, certificates: Certificates? = nil, allowsPublicPlaintext: Bool = false) {
    self.secret = secret
    self.certificates = certificates
    isPlaintextFine = allowsPublicPlaintext
  }

  /// Whether the secret may cross the network to or from the host.
  public func allows(_ host: String) -> Bool { certificates != nil || isPlaintextFine || PrivateNetwork.contains(host) }

  /// Whether who listens on the host listens on all addresses of the machine. It is called at one of them, which the caller
  /// looks at.
  static func listensEverywhere(_ host: String) -> Bool { host == "0.0.0.0" || host == "::" }

  /// Takes the same time whatever is wrong with the secret.
  func admits(_ shown: String?) -> Bool {
    let (own, other) = (Array(secret.utf8), Array((shown ?? "").utf8))
    guard !own.isEmpty else { return false }
    var difference = own.count ^ other.count
    for index in own.indices {
      difference |= Int(own[index] ^ (other.isEmpty ? 0 : other[index % other.count]))
    }
    return difference == 0
  }

  var forClients: HTTP2ClientTransport.Posix.TransportSecurity {
    guard let certificates else { return .plaintext }
    return .mTLS(certificateChain: certificates.chainSource, privateKey: certificates.keySource) { tls in
      tls.trustRoots = certificates.roots
      // Instances come and go on any address; what counts is whose certificate it is.
      tls.serverCertificateVerification = .noHostnameVerification
    }
  }

  var forServers: HTTP2ServerTransport.Posix.TransportSecurity {
    guard let certificates else { return .plaintext }
    return .mTLS(certificateChain: certificates.chainSource, privateKey: certificates.keySource) { tls in
      tls.trustRoots = certificates.roots
    }
  }
}

extension PartSecurity.Certificates {
  fileprivate var chainSource: [TLSConfig.CertificateSource] { [.file(path: chain, format: .pem)] }
  fileprivate var keySource: TLSConfig.PrivateKeySource { .file(path: key, format: .pem) }
  fileprivate var roots: TLSConfig.TrustRootsSource { .certificates([.file(path: authority, format: .pem)]) }
}

/// Addresses that don't leave the house: this machine's own, and those set aside for private networks (RFC 1918, 4193,
/// and link-local).
enum PrivateNetwork {
  static func contains(_ host: String) -> Bool {
    if host == "localhost" { return true }
    if host.contains(":") {
      let text = host.lowercased()
      return text == "::1" || text.hasPrefix("fc") || text.hasPrefix("fd") || text.hasPrefix("fe80:")
    }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    guard parts.count == 4, let first = parts[0], let second = parts[1], parts[2] != nil, parts[3] != nil else {
      return false
    }
    switch (first, second) {
    case (127, _), (10, _), (192, 168), (169, 254), (172, 16...31): return true
    default: return false
    }
  }
}
