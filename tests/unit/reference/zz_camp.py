from random import Random
from copy import deepcopy
from hypothesis import HealthCheck, given, settings, strategies as st
from tests.reference.archives import archive_plans
from tests.reference.fold import Tenant, file_after_file
from tests.reference.parse import read_archive
N=settings(max_examples=2500, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def order(a, seed):
    o=file_after_file(a); Random(seed).shuffle(o); return o
@N
@given(archive_plans(12), archive_plans(6), st.sampled_from(("update","skip")), st.integers(0,99), st.booleans())
def test_i7(plan, before, policy, seed, pre):
    t=Tenant()
    if pre: t.import_archive(read_archive(before.zip(), source="other"), "i0")
    a=read_archive(plan.zip())
    o=order(a, seed)
    t.import_archive(a,"i1",policy,order=o)
    again=t.import_archive(a,"i2",policy,order=order(a, seed) if seed%2 else order(a,seed+1))
    for e,c in again.items(): assert (c.new,c.updated)==(0,0),(e,c)
@N
@given(archive_plans(8), st.sampled_from(("update","skip","overwrite")), st.integers(0,99))
def test_order(plan, policy, seed):
    a=read_archive(plan.zip())
    t,u=Tenant(),Tenant()
    c=t.import_archive(a,"i1",policy)
    d=u.import_archive(a,"i1",policy,order=order(a,seed))
    assert c==d
    assert t.snapshot()==u.snapshot()
