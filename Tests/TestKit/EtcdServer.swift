import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

/// An etcd of the tests' own, one member: on free loopback ports, with its data in a temporary folder. It ends with the
/// process that started it, also when that is killed.
public final class EtcdServer: Sendable {
  private static let one = Task { try await EtcdServer.start() }

  /// The one that tests share, started when the first asks for it. Whoever stops it takes one for themselves.
  public static var shared: EtcdServer { get async throws { try await one.value } }

  public let port: Int
  /// Of the certificate that a secure one shows: its own authority, unless another vouches for it.
  public var certificate: String { folder.appending(path: "cert.pem").path }
  private let name: String
  private let peerPort: Int
  private let isSecure: Bool
  /// Who signs the certificates of those that are let in; nil lets in anybody.
  private let authority: TestAuthority?
  private let folder: URL
  /// Holds the folder, which goes with it.
  private let holder: Supervised
  private let server = Mutex<Supervised?>(nil)

  private init(_ name: String, isSecure: Bool = false, authority: TestAuthority? = nil) throws {
    self.name = name
    self.isSecure = isSecure
    self.authority = authority
    (port, peerPort) = (try LoopbackPort.free(), try LoopbackPort.free())
    folder = FileManager.default.temporaryDirectory.appending(path: "martlet-etcd-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    holder = try Supervised("exec sleep infinity", [], removing: folder)
  }

  /// - Parameter isSecure: speaks TLS alone.
  public static func start(isSecure: Bool = false) async throws -> EtcdServer {
    let server = try EtcdServer("one", isSecure: isSecure)
    try await server.start(among: [server])
    return server
  }

  /// One that speaks TLS alone, under a certificate that the authority has signed, and lets in only who shows another.
  public static func start(lettingIn authority: TestAuthority) async throws -> EtcdServer {
    let server = try EtcdServer("one", isSecure: true, authority: authority)
    let pair = try await authority.certificate(for: ["127.0.0.1", "localhost"], file: "etcd-\(server.port)")
    for (file, name) in [(pair.certificate, "cert.pem"), (pair.key, "key.pem")] {
      try FileManager.default.copyItem(atPath: file, toPath: server.folder.appending(path: name).path)
    }
    try await server.start(among: [server])
    return server
  }

  /// Members that belong together.
  public static func cluster(of count: Int) async throws -> [EtcdServer] {
    let members = try (1...count).map { try EtcdServer("m\($0)") }
    // None answers before most have started.
    for member in members { try member.launch(among: members) }
    for member in members { try await member.waitUntilUp() }
    return members
  }

  public var url: String { "\(isSecure ? "https" : "http")://127.0.0.1:\(port)" }

  /// Returns once it answers. What it kept before it was stopped is there again.
  public func start(among members: [EtcdServer]? = nil) async throws {
    try launch(among: members ?? [self])
    try await waitUntilUp()
  }

  /// Kills it, as a crash would.
  public func stop() async throws {
    let running = server.withLock { server in
      defer { server = nil }
      return server
    }
    let process = try processID
    running?.end()
    try await eventually("etcd is gone") { kill(process, 0) != 0 }
  }

  /// Removes what it kept, once it's stopped.
  public func clear() throws { try FileManager.default.removeItem(at: folder.appending(path: "data")) }

  /// The process id of the server itself.
  public var processID: Int32 {
    get throws {
      let text = try String(contentsOf: folder.appending(path: "pid"), encoding: .utf8)
      return try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }
  }

  /// Asks its JSON gateway, and answers what it says.
  @discardableResult
  public func post(_ path: String, _ json: String, token: String? = nil) async throws -> [String: any Sendable] {
    var request = HTTPClientRequest(url: "\(url)/v3/\(path)")
    request.method = .POST
    request.body = .bytes(ByteBuffer(string: json))
    if let token { request.headers.add(name: "authorization", value: token) }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
    let body = Data((try await response.body.collect(upTo: 1 << 20)).readableBytesView)
    try #require(response.status == .ok, "\(path): \(String(decoding: body, as: UTF8.self))")
    return try #require(try JSONSerialization.jsonObject(with: body) as? [String: any Sendable])
  }

  /// Lets in from now on only who says a name and a password: `root` and `r`.
  public func requireLogIn() async throws {
    try await post("auth/user/add", #"{"name":"root","password":"r"}"#)
    try await post("auth/user/grant", #"{"user":"root","role":"root"}"#)
    try await post("auth/enable", "{}")
  }

  private func launch(among members: [EtcdServer]) throws {
    let cluster = members.map { "\($0.name)=http://127.0.0.1:\($0.peerPort)" }.joined(separator: ",")
    let peer = "http://127.0.0.1:\(peerPort)"
    var options = [
      "--name", name, "--data-dir", folder.appending(path: "data").path, "--listen-client-urls", url,
      "--advertise-client-urls", url, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
      "--initial-cluster", cluster, "--logger", "zap",
    ]
    if isSecure { options += ["--cert-file", certificate, "--key-file", folder.appending(path: "key.pem").path] }
    if let authority { options += ["--client-cert-auth", "--trusted-ca-file", authority.root] }
    let started = try Supervised(Self.script, [folder.path] + options, removing: folder.appending(path: "none"))
    server.withLock { $0 = started }
  }

  private func waitUntilUp() async throws {
    try await eventually("etcd answers: see \(folder.path)/log", within: .seconds(120)) {
      guard isSecure else {
        let request = HTTPClientRequest(url: "\(url)/health")
        return (try? await HTTPClient.shared.execute(request, timeout: .seconds(5)))?.status == .ok
      }
      let log = (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? ""
      return log.contains("serving client traffic securely")
    }
  }

  private static let script = """
    folder=$1; shift
    [ -e "$folder/cert.pem" ] || openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$folder/key.pem" -out "$folder/cert.pem" >"$folder/openssl.log" 2>&1
    echo $$ >"$folder/pid"
    exec etcd "$@" >>"$folder/log" 2>&1
    """
}
