"""Calls the provider's gRPC service as the engine does."""

from __future__ import annotations

from typing import Any

from pulumi.runtime.proto import provider_pb2 as pb

from azure_native.values import from_struct, to_struct

Json = dict[str, Any]


class Created:
    """A resource that the provider created: what the engine would keep of it."""

    def __init__(self, urn: str, identifier: str, inputs: Any, outputs: Any) -> None:
        self.urn = urn
        self.id = identifier
        self.raw_inputs = inputs
        self.raw_outputs = outputs

    @property
    def inputs(self) -> Json:
        """Its inputs."""
        return from_struct(self.raw_inputs)

    @property
    def outputs(self) -> Json:
        """Its outputs."""
        return from_struct(self.raw_outputs)


class Engine:
    """Calls the provider as the engine does: Check before everything, with the state of before."""

    def __init__(self, stub: Any, subscription: str) -> None:
        self.stub = stub
        self.subscription = subscription

    @staticmethod
    def urn(token: str, name: str) -> str:
        """The URN of a resource of the test's stack."""
        return f"urn:pulumi:dev::test::azure-native:{token}::{name}"

    async def check(self, token: str, name: str, inputs: Json, old: Json | None = None) -> Any:
        """The response to Check."""
        request = pb.CheckRequest(urn=self.urn(token, name), news=to_struct(inputs), randomSeed=name.encode())
        if old is not None:
            request.olds.CopyFrom(to_struct(old))
        return await self.stub.Check(request)

    async def create(self, token: str, name: str, inputs: Json) -> Created:
        """Check and create a resource."""
        checked = await self.check(token, name, inputs)
        assert not checked.failures, checked.failures
        urn = self.urn(token, name)
        answer = await self.stub.Create(pb.CreateRequest(urn=urn, properties=checked.inputs))
        return Created(urn, answer.id, checked.inputs, answer.properties)

    async def diff(self, token: str, name: str, old: Created, inputs: Json) -> tuple[Any, Any]:
        """The response to Diff for new inputs, and the checked inputs."""
        checked = await self.check(token, name, inputs, old.inputs)
        assert not checked.failures, checked.failures
        request = pb.DiffRequest(
            urn=old.urn, id=old.id, olds=old.raw_outputs, old_inputs=old.raw_inputs, news=checked.inputs
        )
        return await self.stub.Diff(request), checked.inputs

    async def update(self, token: str, name: str, old: Created, inputs: Json) -> Created:
        """Check and update a resource in place."""
        checked = await self.check(token, name, inputs, old.inputs)
        assert not checked.failures, checked.failures
        answer = await self.stub.Update(
            pb.UpdateRequest(
                urn=old.urn, id=old.id, olds=old.raw_outputs, old_inputs=old.raw_inputs, news=checked.inputs
            )
        )
        return Created(old.urn, old.id, checked.inputs, answer.properties)

    async def read(self, old: Created) -> Created | None:
        """Refresh a resource; None when it is gone."""
        answer = await self.stub.Read(
            pb.ReadRequest(urn=old.urn, id=old.id, properties=old.raw_outputs, inputs=old.raw_inputs)
        )
        return Created(old.urn, answer.id, answer.inputs, answer.properties) if answer.id else None

    async def import_(self, token: str, name: str, identifier: str) -> Created | None:
        """Import a resource by its id."""
        answer = await self.stub.Read(pb.ReadRequest(urn=self.urn(token, name), id=identifier))
        return Created(self.urn(token, name), answer.id, answer.inputs, answer.properties) if answer.id else None

    async def delete(self, old: Created) -> None:
        """Delete a resource."""
        await self.stub.Delete(pb.DeleteRequest(urn=old.urn, id=old.id, properties=old.raw_outputs))
