import Foundation
import GRPCCore

/// One verb of a contract as it crosses between processes. Written once, for those who call it and those who serve it.
public struct RemoteMethod<Input: Codable & Sendable, Output: Codable & Sendable>: Sendable {
  let verb: RemoteVerb

  /// - Parameters:
  ///   - isIdempotent: doing it twice does no more than doing it once, so that it may be asked for again when nobody
  ///     knows whether it was done.
  ///   - limit: the longest that it may take, whatever time its caller has.
  public init(_ contract: RemoteContract, _ name: String, isIdempotent: Bool, limit: Duration) {
    verb = RemoteVerb(contract: contract, name: name, isIdempotent: isIdempotent, limit: limit)
  }

  /// What stands behind the verb in the process that serves it.
  public func served(by body: @escaping @Sendable (Input) async throws -> Output) -> RemoteHandler {
    RemoteHandler(verb: verb) { bytes in
      try JSONBytes.encode(try await body(try JSONBytes.decode(Input.self, from: bytes)))
    }
  }
}

extension RemoteMethod where Input == Nothing {
  public func served(by body: @escaping @Sendable () async throws -> Output) -> RemoteHandler {
    served { _ in try await body() }
  }
}

/// A verb without the types of what it takes and answers.
struct RemoteVerb: Sendable {
  let contract: RemoteContract
  let name: String
  let isIdempotent: Bool
  private(set) var limit: Duration

  /// The same verb with so many times the time.
  func allowing(_ times: Int) -> RemoteVerb {
    var verb = self
    verb.limit = limit * times
    return verb
  }

  /// As in `payments.open`.
  var fullName: String { "\(contract.name).\(name)" }

  var descriptor: MethodDescriptor { MethodDescriptor(fullyQualifiedService: "martlet.\(contract.name)", method: name) }
}

/// A verb with what does it.
public struct RemoteHandler: Sendable {
  let verb: RemoteVerb
  let run: @Sendable (Data) async throws -> Data
}
