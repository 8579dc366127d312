"""The optimizer is torch's own, without what that brings along."""

import torch

from personal_ai.learning import optimizer


def parameters() -> list[torch.nn.Parameter]:
    torch.manual_seed(1)
    return [torch.nn.Parameter(torch.randn(4, 6)), torch.nn.Parameter(torch.randn(5))]


def test_it_steps_as_torchs_own_does() -> None:
    ours, theirs = parameters(), parameters()
    mine = optimizer.AdamW(ours, weight_decay=0.1)
    reference = torch.optim.AdamW(theirs, lr=1.0, betas=optimizer.BETAS, weight_decay=0.1)
    for step in range(5):
        for a, b in zip(ours, theirs, strict=True):
            a.grad = torch.sin(a.detach() + step)
            b.grad = torch.sin(b.detach() + step)
        rate = 0.01 * (step + 1)
        reference.param_groups[0]["lr"] = rate
        mine.step(rate)
        reference.step()
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(ours, theirs, strict=True))
    assert all(parameter.grad is None for parameter in ours)


def test_what_has_no_gradient_stays() -> None:
    ours = parameters()
    ours[0].grad = torch.ones_like(ours[0])
    before = ours[1].detach().clone()
    optimizer.AdamW(ours).step(0.1)
    assert torch.equal(ours[1], before)


def test_what_it_keeps_of_all_parameters_lies_in_two_blocks_of_memory() -> None:
    ours = parameters()
    mine = optimizer.AdamW(ours)
    for each in ours:
        each.grad = torch.ones_like(each)
    mine.step(0.1)
    kept = [state[name] for state in mine.state.values() for name in ("exp_avg", "exp_avg_sq")]
    assert [each.shape for each in kept[::2]] == [each.shape for each in ours]
    assert len({each.untyped_storage().data_ptr() for each in kept}) == 2


def test_gradients_are_cut_as_torch_cuts_them() -> None:
    for most in (0.5, 1e6):
        ours, theirs = parameters(), parameters()
        for each in (*ours, *theirs):
            each.grad = each.detach() * 3
        optimizer.clip(ours, most)
        torch.nn.utils.clip_grad_norm_(theirs, most)
        for a, b in zip(ours, theirs, strict=True):
            assert a.grad is not None
            assert b.grad is not None
            assert torch.allclose(a.grad, b.grad, atol=1e-6)
