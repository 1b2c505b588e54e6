<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Channel;

\defined('_JEXEC') or die;

/**
 * What the site's session remembers of a visitor: the first touch, and the last one that said something.
 *
 * It lives in the session that Joomla keeps anyway, as plain arrays, and ends with it.
 */
final class Memory
{
    private function __construct(private readonly ?Touch $first, private readonly ?Touch $last)
    {
    }

    /** @param  mixed  $kept  what toArray gave, out of the session; anything else is an empty memory */
    public static function fromArray(mixed $kept): self
    {
        $touch = static fn (string $which): ?Touch => \is_array($kept) && \is_array($kept[$which] ?? null)
            ? Touch::fromArray($kept[$which])
            : null;

        return new self($touch('first'), $touch('last'));
    }

    /** @return  array{first: array<string, mixed>|null, last: array<string, mixed>|null} */
    public function toArray(): array
    {
        return ['first' => $this->first?->toArray(), 'last' => $this->last?->toArray()];
    }

    /** The memory after a page was shown: the same object when there is nothing new to remember. */
    public function with(Touch $touch): self
    {
        if ($this->first === null) {
            return new self($touch, $touch);
        }

        return $touch->saysSomething() ? new self($this->first, $touch) : $this;
    }

    /** @return  array<string, mixed>  landing_page, referrer, utm, first_touch, for Capture::lead */
    public function context(): array
    {
        if ($this->first === null || $this->last === null) {
            return [];
        }

        return [
            'landing_page' => $this->last->pageUrl,
            'referrer' => $this->last->referrer,
            'utm' => $this->last->utm,
            'first_touch' => ['at' => gmdate('Y-m-d\TH:i:s\Z', $this->first->at)] + $this->first->toArray(),
        ];
    }
}
