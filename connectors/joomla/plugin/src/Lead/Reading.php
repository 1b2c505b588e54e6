<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Lead;

\defined('_JEXEC') or die;

/** One form's data, read by name. */
final class Reading
{
    private const JOINED_BY = ', ';

    /** @var  list<string> */
    private readonly array $forbidden;

    /** @param  array<array-key, mixed>  $data  nested, as the site has it */
    public function __construct(private readonly array $data)
    {
        $this->forbidden = Forbidden::values($data);
    }

    /** What was typed; several answers joined by commas; empty when there is none or when it must not leave. */
    public function text(string $name): string
    {
        $texts = self::texts($this->at($name));
        $joined = implode(self::JOINED_BY, array_filter($texts, $this->mayLeave(...)));

        return $this->mayLeave($joined) ? $joined : '';
    }

    /** Whether the form sent such a field at all. */
    public function has(string $name): bool
    {
        return $this->at($name) !== null;
    }

    /** Whether a box was ticked: something was sent that is not a way of saying no. */
    public function isTicked(string $name): bool
    {
        $answer = mb_strtolower(implode(self::JOINED_BY, self::texts($this->at($name))));

        return !\in_array($answer, ['', '0', 'no', 'nein', 'false', 'off'], true);
    }

    private function mayLeave(string $text): bool
    {
        return !\in_array($text, $this->forbidden, true);
    }

    private function at(string $name): mixed
    {
        return self::entry($this->data, $name)
            ?? array_reduce(explode('.', $name), self::entry(...), $this->data);
    }

    private static function entry(mixed $values, string $name): mixed
    {
        if (!\is_array($values)) {
            return null;
        }

        foreach ($values as $key => $value) {
            if (mb_strtolower((string) $key) === mb_strtolower($name)) {
                return $value;
            }
        }

        return null;
    }

    /** @return  list<string>  the texts in a value, however deeply it is nested, without empty ones */
    private static function texts(mixed $value): array
    {
        $texts = [];

        foreach (\is_array($value) ? $value : [$value] as $name => $one) {
            if (\is_array($one) && !Forbidden::isName((string) $name)) {
                array_push($texts, ...self::texts($one));
            } elseif (\is_scalar($one) && !Forbidden::isName((string) $name)) {
                $texts[] = trim((string) $one);
            }
        }

        return array_values(array_filter($texts, static fn (string $text): bool => $text !== ''));
    }
}
